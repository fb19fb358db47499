import { describe, expect, it } from '@jest/globals';
import { parseEmail } from './email-address.js';

describe('parseEmail', () => {
  it.each([
    ['ramesh@example.org', 'ramesh@example.org'],
    ['  Ramesh.Kumar+up@Example.CO.IN ', 'ramesh.kumar+up@example.co.in'],
    ['mailto:ramesh@example.org', 'ramesh@example.org'],
    ['<ramesh@example.org>', 'ramesh@example.org'],
    ['रमेश@उदाहरण.भारत', 'रमेश@उदाहरण.भारत'],
  ])('reads %j', (text, email) => expect(parseEmail(text)).toEqual({ email }));

  it.each([
    'x@@example.org',
    'sita@example',
    'a b@example.org',
    'no',
    'ramesh@',
    '@example.org',
    '',
    'a..b@example.org',
    '.a@example.org',
    'a@-example.org',
    'a@example..org',
    'a@example.o1',
    'a,b@example.org',
    'a@example.org\r\nBcc: b@example.org',
    'a@example.org\n',
    `${'a'.repeat(65)}@example.org`,
  ])('refuses %j', (text) => expect(parseEmail(text)).toEqual({ problem: 'bad_email' }));
});
