import { describe, expect, it } from '@jest/globals';
import { SecretBox } from './secret-box.js';

const box = new SecretBox('a secret key that is long enough');
const sealed = box.seal('totp', 'asha', 'JBSWY3DPEHPK3PXP');

describe('a sealed secret', () => {
  it('opens for its purpose and owner', () => {
    expect(box.open('totp', 'asha', sealed)).toBe('JBSWY3DPEHPK3PXP');
    expect(new SecretBox('a secret key that is long enough').open('totp', 'asha', sealed)).toBe('JBSWY3DPEHPK3PXP');
  });

  it('shows nothing, and never looks the same twice', () => {
    expect(sealed.toString('latin1')).not.toContain('JBSWY3DPEHPK3PXP');
    expect(box.seal('totp', 'asha', 'JBSWY3DPEHPK3PXP').equals(sealed)).toBe(false);
  });

  it('opens for nobody else, nothing else, by no other key, and not changed', () => {
    const changed = Buffer.from(sealed);
    changed[changed.length - 1]! ^= 1;
    expect([
      box.open('totp', 'ravi', sealed),
      box.open('oidc', 'asha', sealed),
      new SecretBox('another secret key, long enough').open('totp', 'asha', sealed),
      box.open('totp', 'asha', changed),
      box.open('totp', 'asha', sealed.subarray(0, 20)),
      box.open('totp', 'asha', Buffer.alloc(0)),
    ]).toEqual([null, null, null, null, null, null]);
  });
});
