import { describe, expect, it } from '@jest/globals';
import { paperKind } from './paper-kind.js';

describe('what a paper is', () => {
  it('is told by its first bytes', () => {
    expect(paperKind(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]))).toBe('image/jpeg');
    expect(paperKind(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]))).toBe('image/png');
    expect(paperKind(Buffer.from('%PDF-1.7\n'))).toBe('application/pdf');
  });

  it('is nothing that a browser would run, or that nobody can look at', () => {
    for (const other of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '<html>', 'GIF89a', 'PK\u0003\u0004', '%PDF', ''])
      expect(paperKind(Buffer.from(other))).toBeNull();
  });
});
