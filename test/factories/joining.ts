import { FormSeal } from '../../src/privacy/joining/form-seal.js';
import type { Sampark } from '../support/sampark.js';

const FIRST = { register: 'register-1', contact: 'register-1', invitations: 'register-1', photos: 'register-1' };

/** The seal of a join form that was opened so long ago: ten seconds, unless told. */
export const aSeal = (sampark: Sampark, { ago = 10_000, locale = 'en' as 'hi' | 'en' } = {}): string =>
  sampark.get(FormSeal).make(locale, FIRST, Date.now() - ago);
