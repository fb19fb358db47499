import { describe, expect, it } from '@jest/globals';
import { hostRule } from './host-rule.js';

describe('the names we answer to', () => {
  const production = hostRule({
    baseUrl: 'https://sampark.example.org',
    allowedHosts: 'old.example.org, intranet:8080',
    production: true,
  });
  const development = hostRule({ baseUrl: 'http://127.0.0.1:3000', production: false });

  it.each([
    'sampark.example.org',
    'SAMPARK.example.org',
    'sampark.example.org:443',
    'old.example.org',
    'intranet:8080',
  ])('are the configured ones: %s', (host) => expect(production(host)).toBe(true));

  it.each([
    '',
    'evil.example',
    'sampark.example.org.evil.example',
    'sampark.example.org:8080',
    'sampark.example.org@evil.example',
    'sampark.example.org, evil.example',
    'intranet',
    'localhost',
    '127.0.0.1',
    '[::1]',
  ])('are no others: "%s"', (host) => expect(production(host)).toBe(false));

  it.each(['localhost:3000', '127.0.0.1:3000', '192.168.1.7:3000', '[::1]:3000', 'localhost'])(
    'are addresses without a name, too, where somebody tries it out: %s',
    (host) => expect(development(host)).toBe(true),
  );

  it.each(['evil.example:3000', '', '127.0.0.1.evil.example', 'localhost.evil.example', '[::1', '1.2.3.4:x'])(
    'are not what another site may be called: "%s"',
    (host) => expect(development(host)).toBe(false),
  );
});
