import { randomInt } from 'node:crypto';

/** No vowels, so that no word comes out; nothing that looks like another when it is typed off a wall (0 o, 1 l). */
const LETTERS = '23456789bcdfghjkmnpqrstvwxz';
const LENGTH = 6;

/** Six letters and digits: 387 million, said and typed in one breath. It is no secret. */
export const posterCode = (): string =>
  Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]!).join('');
