import { describe, expect, it } from '@jest/globals';
import { TextWatch } from './text-watch.js';

const encodingOf = (bytes: Buffer, piece = bytes.length): string => {
  const watch = new TextWatch();
  for (let at = 0; at < bytes.length; at += piece) watch.see(bytes.subarray(at, at + piece));
  return watch.encoding();
};
const hindi = Buffer.from('नाम,मोबाइल\r\n' + 'रमेश पाल,6000000001\r\n'.repeat(50));

describe('TextWatch', () => {
  it.each([
    ['utf-8', hindi],
    ['utf-8', Buffer.concat([Buffer.from('\ufeff'), hindi])],
    ['utf-16le', Buffer.from('\ufeffName\r\n', 'utf16le')],
    ['utf-16be', Buffer.from('\ufeffName\r\n', 'utf16le').swap16()],
    ['utf-16le', Buffer.from('Name,Mobile\r\n', 'utf16le')],
    ['utf-16be', Buffer.from('Name,Mobile\r\n', 'utf16le').swap16()],
    ['windows-1252', Buffer.from('Name\r\nRen\u00e9\r\n', 'latin1')],
  ])('knows %s', (encoding, bytes) => {
    for (const piece of [1, 3, bytes.length])
      expect([encoding, encodingOf(bytes, piece)]).toEqual([encoding, encoding]);
  });

  it('refuses UTF-8 that is broken in places, and names the row', () => {
    const broken = Buffer.concat([hindi, Buffer.from([0xe0, 0xa4]), Buffer.from(',1\r\n')]);
    expect(() => encodingOf(broken)).toThrow(expect.objectContaining({ problem: 'broken_text', row: 52 }));
  });

  it('refuses a zero byte, and names the row', () => {
    expect(() => encodingOf(Buffer.from('Name,Mobile\nb\0\n'))).toThrow(
      expect.objectContaining({ problem: 'nul', row: 2 }),
    );
  });
});
