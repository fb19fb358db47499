import { describe, expect, it } from '@jest/globals';
import { SealedBox } from './sealed-box.js';

describe('a sealed box', () => {
  const box = new SealedBox('a secret key of the tests, long enough');

  it('gives back what was sealed, each time in other letters', () => {
    const sealed = ['सुनीता', 'सुनीता'].map((text) => box.seal('reset', text));
    expect(sealed.map((one) => box.open('reset', one))).toEqual(['सुनीता', 'सुनीता']);
    expect(sealed[0]).not.toBe(sealed[1]);
  });

  it('opens for its purpose and by its key alone', () => {
    const sealed = box.seal('reset', 'text');
    expect(box.open('oidc', sealed)).toBeNull();
    expect(new SealedBox('another secret key, which is long enough, too').open('reset', sealed)).toBeNull();
  });

  it('refuses what was changed, cut or never sealed', () => {
    const sealed = box.seal('reset', 'text');
    const turned = `${sealed.slice(0, -2)}${sealed.at(-2) === 'A' ? 'B' : 'A'}${sealed.at(-1)}`;
    for (const wrong of [
      turned,
      sealed.slice(0, -4),
      sealed.slice(0, 10),
      '',
      'not sealed at all, but long enough for one',
    ])
      expect(box.open('reset', wrong)).toBeNull();
  });
});
