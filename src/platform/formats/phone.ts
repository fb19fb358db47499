import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { asciiDigits } from './digits.js';

export type PhoneProblem = 'bad_phone' | 'scientific_phone' | 'zero_phone';
export type ParsedPhone = { e164: string; problem?: undefined } | { e164?: undefined; problem: PhoneProblem };

const INDIAN_MOBILE = /^[6-9]\d{9}$/; // National Numbering Plan 2003, Department of Telecommunications: mobiles are 6-9
const LABEL = /^(?:tel|mob(?:ile)?|ph(?:one)?|no|whats\s*app|मो(?:बाइल)?|फ़ोन|फोन|नं)\s*[.:\-]*\s*(?=[+\d(])/iu;
const SEPARATORS = /[\s().\-\u00a0\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060\ufeff/]/gu;

/**
 * One phone as typed, in any of the ways Indian offices write it (T21), to E.164.
 *
 * A number without + is Indian: ten digits beginning with 6-9 as they stand (also where they begin with 91), or behind
 * 0, 91, 0091 or 091. With + any country that libphonenumber finds valid. A number that a spreadsheet turned into
 * 9.19876E+11 has lost its last digits for good, hence a reason of its own.
 */
export function parsePhone(text: string): ParsedPhone {
  const typed = asciiDigits(text.normalize('NFC')).trim().replace(/^'/, '').replace(LABEL, '');
  if (/^\d(?:[.,]\d+)?e\+?\d+$/i.test(typed.replace(/\s/g, ''))) return { problem: 'scientific_phone' };
  const bare = typed
    .replace(/^\+?([\d]+)\.0$/, '$1')
    .replace('(0)', '')
    .replace(SEPARATORS, '')
    .replace(/^＋/, '+');
  if (!/^\+?\d+$/.test(bare)) return { problem: 'bad_phone' };
  if (/^\+?0+$/.test(bare)) return { problem: 'zero_phone' };
  return bare.startsWith('+') ? international(bare) : indian(bare);
}

function indian(digits: string): ParsedPhone {
  const national = INDIAN_MOBILE.test(digits) ? digits : digits.replace(/^(?:0{0,2}91|0)(?=\d{10}$)/, '');
  return INDIAN_MOBILE.test(national) ? { e164: `+91${national}` } : { problem: 'bad_phone' };
}

function international(number: string): ParsedPhone {
  if (number.startsWith('+91')) return indian(number.slice(1).replace(/^910(?=\d{10}$)/, '91'));
  const parsed = parsePhoneNumberFromString(number);
  return parsed?.isValid() ? { e164: parsed.number } : { problem: 'bad_phone' };
}
