import { PLATFORMS } from '../platforms.js';

/** What somebody can agree to, each by itself (T35). */
export const PURPOSES = ['register', 'contact', 'invitations', 'photos'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** How we may reach them: a phone, a mail, or a platform by its code. */
export const channels = (): string[] => ['phone', 'email', ...PLATFORMS.map((platform) => platform.code)];

export const CONSENT_STATES = ['given', 'refused', 'withdrawn', 'expired'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/**
 * How it was said: by hand `spoken`, `paper` or `form`; else by a file, a link of ours, an answer to a mail, or said once more after a
 * backup was restored.
 */
export const CONSENT_HOWS = ['spoken', 'paper', 'form', 'import', 'link', 'mail', 'restored'] as const;

/** The ways that somebody can tick by hand. */
export const CONSENT_HOWS_BY_HAND = ['spoken', 'paper', 'form'] as const;

/**
 * What was said last counts, not what was typed in last: an old form doesn't undo a withdrawal. The order of entries of one
 * purpose and channel, in SQL.
 */
export const NEWEST_FIRST = 'at DESC, id DESC';
