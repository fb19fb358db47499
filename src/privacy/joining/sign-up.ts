import type { Locale } from '../../platform/i18n/locale.js';
import type { Purpose } from '../../sympathisers/consent/purposes.js';
import type { NoticeIds } from '../../sympathisers/privacy-notices/privacy-notices.js';
import type { ReadIdentity } from '../../sympathisers/read-points.js';

/** What somebody wrote into the join form, as read: sealed until it is confirmed, or erased. */
export interface SignUp {
  name: string;
  /** E.164. */
  phone: string | null;
  email: string | null;
  identities: ReadIdentity[];
  pin: string | null;
  /** ISO 639. */
  language: string | null;
  birthYear: number | null;
  purposes: Purpose[];
  /** The versions of the notice that the form showed, and the language it showed them in. */
  notices: NoticeIds;
  locale: Locale;
  /** The page they signed up on. */
  page: '/join' | '/join/embed';
}

/** Sign-ups that nobody confirms are erased after so many days. */
export const UNCONFIRMED_DAYS = 30;

/** The name of the sealed thing, for SecretBox. */
export const SEALED = 'join';
