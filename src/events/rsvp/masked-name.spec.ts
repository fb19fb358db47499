import { describe, expect, it } from '@jest/globals';
import { maskedName } from './masked-name.js';

describe('a masked name', () => {
  it.each([
    ['सुनीता वर्मा', 'सु… व…'],
    ['Kavita', 'K…'],
    ['  Mohd.  Imran Khan Ansari ', 'M… I… K…'],
    ['राम', 'रा…'],
  ])('of %s is %s', (name, masked) => expect(maskedName(name)).toBe(masked));
});
