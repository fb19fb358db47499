import { describe, expect, it } from '@jest/globals';
import { parseLanguage } from './language.js';

describe('parseLanguage', () => {
  it.each([
    ['hi', 'hi'],
    ['Hindi', 'hi'],
    ['हिंदी', 'hi'],
    ['हिन्दी ', 'hi'],
    ['EN', 'en'],
    ['अंग्रेज़ी', 'en'],
    ['अंग्रेजी', 'en'],
    ['angrezi', 'en'],
    ['Urdu', 'ur'],
    ['उर्दू', 'ur'],
    ['Bhojpuri', 'bho'],
    ['Hindi, English', 'hi'],
    ['', null],
    ['?', null],
    ['Klingon', null],
  ])('reads %j as %j', (text, code) => expect(parseLanguage(text)).toBe(code));
});
