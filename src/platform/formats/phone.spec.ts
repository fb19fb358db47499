import { describe, expect, it } from '@jest/globals';
import { parsePhone } from './phone.js';

describe('parsePhone', () => {
  it.each([
    '6000000123',
    ' 6000000123 ',
    '06000000123',
    '916000000123',
    '+916000000123',
    '+91 60000 00123',
    '00916000000123',
    '60000-00123',
    '६०००००० १२३',
    '०६००००००१२३',
    '+91-(0)-60000-00123',
    '+91 0 6000000123',
    '(+91) 60000.00123',
    "'6000000123",
    '6000000123.0',
    'Mob: 6000000123',
    'मोबाइल 6000000123',
    'tel:+916000000123',
  ])('reads %j', (text) => {
    expect(parsePhone(text)).toEqual({ e164: '+916000000123' });
  });

  it('knows that a number of ten digits may itself begin with 91', () => {
    expect(parsePhone('9198765432')).toEqual({ e164: '+919198765432' });
    expect(parsePhone('919198765432')).toEqual({ e164: '+919198765432' });
    expect(parsePhone('09198765432')).toEqual({ e164: '+919198765432' });
  });

  it('takes numbers of other countries with a plus only', () => {
    expect(parsePhone('+44 7911 123456')).toEqual({ e164: '+447911123456' });
    expect(parsePhone('447911123456')).toEqual({ problem: 'bad_phone' });
  });

  it.each(['9.19876E+11', '9.19876543210E+11', '9.2e11', '9,19876E+11'])(
    'names what a spreadsheet did to %s',
    (text) => {
      expect(parsePhone(text)).toEqual({ problem: 'scientific_phone' });
    },
  );

  it.each(['0000000000', '0', '+91 00000 00000', '००००००००००'])('refuses %s', (text) => {
    expect(parsePhone(text).problem).toMatch(/^(zero|bad)_phone$/);
  });

  it.each([
    '',
    'abc',
    '98765',
    '12345678901234',
    '1234567890',
    '5000000123',
    '+91 522 2234567',
    '60000001234',
    'x6000000123',
  ])('refuses %j', (text) => expect(parsePhone(text)).toEqual({ problem: 'bad_phone' }));
});
