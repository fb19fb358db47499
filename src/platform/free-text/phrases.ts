import { asSpelled } from './folded.js';

/** Where a word ends. */
const END = '(?![\\p{L}\\p{M}\\p{N}])';
export const names = { end: END } as const;

/** One of these words or word patterns; `~` in one of them is a gap. */
export const any = (...lists: string[]): string => `(?:${lists.join(' ').split(/\s+/).filter(Boolean).join('|')})`;

/**
 * What the word before belongs to when it names no person's caste, faith or health: an institution, a place, a post, a scheme
 * ("OBC morcha", "Hindu College", "TB mukt Bharat").
 */
const NAMED = any(
  'morcha cell wing prakoshth commission ayog inter college school vidyalaya university hostel scholarship schemes? yojana certificate praman census survey',
  'road marg street nagar colony tola mohalla[a-z]* ganj chaura+ha chowk bhawan bhavan (?:maha)?sabha dharamshala regiment park stop hall gali ward',
  'camp day week drive walk awareness abhiyan abhiya+n institute hospital store department vibhag minister mantri card worker centre center mukt mill transport insurance ki~dukan',
  'quota reservation aarakshan hostel board trust foundation',
  'मोर्चा मोर्चे प्रकोष्ठ आयोग इंटर कॉलेज स्कूल विद्यालय विश्वविद्यालय छात्रावास छात्रवृत्ति योजना योजनाओं प्रमाण जनगणना रोड मार्ग नगर कॉलोनी टोला टोले मोहल्ल[ाे]',
  'चौराह[ाे] चौक भवन सभा महासभा धर्मशाला रेजिमेंट पार्क हॉल गली वार्ड शिविर कैंप दिवस सप्ताह अभियान जागरूकता संस्थान अस्पताल विभाग मंत्री कार्ड केंद्र मुक्त मिल बीमा बोर्ड ट्रस्ट आरक्षण',
);
export const unlessNamed = `(?!~(?:${NAMED})${END})`;

/** A pattern over folded text that begins and ends with words; `~` is a gap (a space, a hyphen), `~?` perhaps one. */
export const phrase = (source: string): string =>
  `(?:${asSpelled(source).replaceAll('~?', '[\\s-]*').replaceAll('~', '[\\s-]+')})${END}`;

/** Any of these phrases. In one expression: where a word begins is looked for once, and not once for each of them. */
export const anyOf = (phrases: string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${phrases.join('|')})`, 'gu');
