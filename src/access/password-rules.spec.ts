import { describe, expect, it } from '@jest/globals';
import { commonPasswords } from './common-passwords.js';
import { faultOf } from './password-rules.js';

const isCommon = await commonPasswords();
const SUNITA = ['Sunita Verma', 'sunita.verma@gmail.com', '+919876543210', 'Sampark', 'संपर्क', 'Jan Morcha'];
const fault = (password: string, about: string[] = []) => faultOf(password, about, isCommon)?.key ?? null;

describe('a new password', () => {
  it.each([
    'neem ki chhaon 42',
    'नीम की छाँव 42',
    'तीन बकरियाँ पुल पर',
    'correct horse battery staple',
    'peepal ke neeche',
    'x7k2p9q4m1rt',
    '839201748362 dog',
    'गंगा किनारे शाम',
    'mere dost ki dukaan',
  ])('may be %s', (password) => {
    expect(fault(password, SUNITA)).toBeNull();
  });

  it.each(['short', 'नमस्ते', '123456789'])('is too short: %s', (password) => {
    expect(fault(password)).toBe('validation.minLength');
  });

  it('has an upper length', () => {
    expect(fault('ab cd ef gh '.repeat(20))).toBe('validation.maxLength');
  });

  it.each([
    'qwertyuiop',
    'Password123',
    'PASSWORD@123',
    'p@ssw0rd2024',
    'P455w0rd!!',
    'password 2026!',
    '2024password',
    'krishna@1234',
    'India@12345',
    'iloveyou1234',
    '!!!monkey!!!!',
    'jai shree ram',
    'JaiShreeRam@108',
    'जय श्री राम',
    'पासवर्ड123456',
    'ｐａｓｓｗｏｒｄ１２３',
    'l3tm31n2024',
  ])('is one of the common ones, however it is dressed: %s', (password) => {
    expect(fault(password)).toBe('passwords.common');
  });

  it.each(['aaaaaaaaaa', 'ababababab', 'abcdefghijkl', '9876543210', 'कककककककककक', '123123123123'])(
    'is a mere pattern: %s',
    (password) => {
      expect(fault(password)).toBe('passwords.pattern');
    },
  );

  it.each([
    'SunitaVerma',
    'Sunita Verma 1990',
    'sunita.verma@gmail.com',
    'sun1ta@verma1',
    'verma9876543210',
    '+919876543210',
    'Sampark@2026',
    'संपर्क 2026 संपर्क',
    'janmorcha@up',
    'sunita password',
  ])('is hardly more than who one is: %s', (password) => {
    expect(fault(password, SUNITA)).toBe('passwords.personal');
  });

  it('may hold a name, where there is enough beside it', () => {
    expect(fault('sunita likes green mangoes', SUNITA)).toBeNull();
    expect(fault('SunitaVerma', ['Asha Pal'])).toBeNull();
  });
});
