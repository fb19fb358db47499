import { describe, expect, it } from '@jest/globals';
import { localPath } from './local-path.js';

describe('where to go after signing in', () => {
  it.each(['/', '/events?day=2026-11-23', '/teams/1', '/हिन्दी'])('goes to a path of ours: %s', (path) => {
    expect(localPath(path)).toBe(new URL(path, 'http://x').pathname + new URL(path, 'http://x').search);
  });

  it.each([
    undefined,
    '',
    'events',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/..//evil.example',
    '/a/%2e%2e//evil.example',
    '/\t/evil.example',
    '/a\nb',
    'javascript:alert(1)',
  ])('goes nowhere else: %j', (path) => {
    expect(localPath(path, '/')).toBe('/');
  });
});
