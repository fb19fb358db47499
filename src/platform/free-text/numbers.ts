import { hasLuhnDigit, hasVerhoeffDigit } from './verhoeff.js';
import type { Kind } from './scan.js';

/** What was found in a folded text: from, to (exclusive). */
export type Hit = [kind: Kind, from: number, to: number];

const START = '(?<![\\p{L}\\p{M}\\p{N}])';
const END = '(?![\\p{L}\\p{M}\\p{N}])';
const whole = (source: string, flags = 'giu') => new RegExp(`${START}(?:${source})${END}`, flags);
/** What may stand between the name of a number and the number. */
const SAID =
  '(?:[\\s:.=#\\-]|no|number|num|nambar|id|card|ka|ki|hai|is|of|code|नं|नंबर|नम्बर|नंबर|संख्या|कार्ड|का|की|है|आईडी|क्रमांक)*';

const AADHAAR_WORD = /(?:a+dh?aa?r|uid(?:ai)?|आधार)/iu;
/** Twelve digits, together or in fours. UIDAI gives none that begin with 0 or 1. */
const TWELVE = whole('[2-9]\\d{3}([ -]?)\\d{4}\\1\\d{4}');
/** Income Tax Department: the fourth letter says what kind of holder. */
const PAN = whole('[a-z]{3}[abcfghjlpt][a-z]\\d{4}[a-z]');
/** Election Commission of India. */
const EPIC = whole('[a-z]{3}\\d{7}');
const NAMED_NUMBERS = whole(
  `(?:passport|driving\\s+licen[cs]e|dl|ration\\s+card|pan|epic|voter\\s*(?:id|card)|पासपोर्ट|ड्राइविंग\\s+लाइसेंस|राशन\\s+कार्ड|पैन|वोटर\\s*(?:आईडी|कार्ड))${SAID}[a-z]{0,3}\\d{1,4}[ -]?\\d{4,14}`,
);
/** Reserve Bank of India: four letters of the bank, a zero, six of the branch. */
const IFSC = whole('[a-z]{4}0(?=[a-z0-9]*\\d)[a-z0-9]{6}');
const ACCOUNT = whole(`(?:a\\/?c|acc?(?:ount)?|khat[ae]|khaata|खाता|खाते|अकाउंट)${SAID}\\d[\\d -]{7,19}\\d`);
/** NPCI: a name, an at sign and a bank, which has no full stop, as a mail address would. */
const UPI =
  /(?<![\p{L}\p{M}\p{N}.])[\w.-]{2,}@(?:ybl|ibl|axl|paytm|pt(?:axis|sbi|yes|hdfc)|ok(?:axis|sbi|hdfcbank|icici)|upi|apl|sbi|hdfcbank|icici|axisbank|kotak|barodampay|pnb|freecharge|jupiteraxis|airtel|fbl|idfcbank|yesbank|unionbank|cnrb|allbank)(?![\p{L}\p{M}\p{N}.@])/giu;
const CARD = whole('\\d(?:[ -]?\\d){12,18}');
/** +91 and a mobile number; a ten-digit one may itself begin with 91. */
const PHONE = /^91[6-9]\d{9}$/;

const digitsOf = (text: string) => text.replace(/\D/g, '');

/** Numbers that name a person to the state or to a bank. The text is folded. */
export function numbersIn(text: string): Hit[] {
  if (!/[\d@]/.test(text)) return [];
  const hits: Hit[] = [];
  const each = (pattern: RegExp, kind: Kind, isOne: (found: string, from: number) => boolean = () => true) => {
    for (const match of text.matchAll(pattern))
      if (isOne(match[0], match.index)) hits.push([kind, match.index, match.index + match[0].length]);
  };
  each(TWELVE, 'id_number', (found, from) => {
    const digits = digitsOf(found);
    const named = AADHAAR_WORD.test(text.slice(Math.max(0, from - 30), from));
    return named || (hasVerhoeffDigit(digits) && !PHONE.test(digits));
  });
  each(PAN, 'id_number');
  each(EPIC, 'id_number');
  each(NAMED_NUMBERS, 'id_number');
  each(UPI, 'bank');
  each(IFSC, 'bank');
  each(ACCOUNT, 'bank');
  each(CARD, 'bank', (found) => digitsOf(found).length >= 15 && hasLuhnDigit(digitsOf(found)));
  return hits;
}

const SECRET_WORD =
  '(?:pas+\\s*-?w[ao]+r?d|pass\\s?code|pwd|otp|o\\.t\\.p|(?:atm|upi|net\\s*banking|card|mobile)\\s*(?:ka\\s+|का\\s+)?pin|पासवर्ड|ओटीपी|(?:एटीएम|यूपीआई|कार्ड)\\s*(?:का\\s+)?पिन)';
/** A word with a digit or a sign in it, as nobody says one, or digits alone. */
const SECRET = `(?=\\S*[\\d@#$%&*!])[^\\s,;।]{3,}`;
const SECRETS = new RegExp(`${START}${SECRET_WORD}(?=[\\s:=-])(?:[\\s:=-]|hai|is|was|ka|diya|है|था)*${SECRET}`, 'giu');

/** Words that open something, with the word that names them. */
export function secretsIn(text: string): Hit[] {
  if (!/[\d@#$%&*!]/.test(text)) return [];
  return [...text.matchAll(SECRETS)].map((match) => ['password', match.index, match.index + match[0].length]);
}
