import { asciiDigits } from '../platform/formats/digits.js';
import { parsePhone } from '../platform/formats/phone.js';
import { platformByHost, platformByWord, type Platform } from './platforms.js';

export type HandleProblem = 'bad_handle' | 'unknown_platform' | 'no_platform' | 'bad_whatsapp';
/** `odd_handle`: breaks the platform's own rule, as far as it is known; it is taken all the same. */
export type HandleWarning = 'platform_mismatch' | 'odd_handle';
export type ParsedHandle =
  | { platform: string; handle: string; platformId?: string; warning?: HandleWarning; problem?: undefined }
  | { platform?: undefined; handle?: undefined; warning?: undefined; problem: HandleProblem };

// Wider than any platform's own rule, as these change; what can't be told from a sentence is refused.
const HANDLE = /^[\p{L}\p{M}\p{N}._-]{1,100}$/u;
const WHATSAPP_NAME = /^@(?=.*[a-z])[a-z0-9._]{3,35}$/i; // T21: a user name without a number
const HOST = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?<rest>[/?#].*)?$/i;

/**
 * Who somebody is on a platform, from a platform column (may be blank) and a handle, link or number.
 *
 * Out: the platform's code and the handle in lower case without @; for WhatsApp the E.164 of the number; `platformId`,
 * the platform's own stable id (YouTube channel, Facebook profile number), where the link carries it. A link decides
 * the platform, as a person can't be reached at another's address; a column that disagrees is a warning.
 */
export function parseHandle(platformText: string, handleText: string): ParsedHandle {
  const text = handleText
    .normalize('NFC')
    .replace(/[\u200b-\u200f\ufeff]/gu, '')
    .trim();
  const named = platformByWord(platformText);
  const link = linkIn(text);
  if (link) {
    const linked = platformByHost(link.hostname);
    if (!linked) return { problem: named ? 'bad_handle' : 'unknown_platform' };
    const found = fromLink(linked, link);
    if (found.problem === undefined && platformText.trim() && named !== linked) found.warning = 'platform_mismatch';
    return found;
  }
  if (!named) return { problem: /[\p{L}\p{N}]/u.test(platformText) ? 'unknown_platform' : 'no_platform' };
  return fromText(named, text);
}

/** A handle as people read it, with its @; where the platform's own id is all that is known, that one as it is written. */
export const handleAsRead = ({ value, uid }: { value: string; uid?: string | null }): string =>
  uid && value === uid.toLowerCase() ? uid : `@${value}`;

/** The text as a link, if it is one: with a scheme, or without where it begins with a platform's own host. */
function linkIn(text: string): URL | null {
  const app = /^(whatsapp|tg|fb):\/\/(.*)$/i.exec(text);
  const given = app ? `https://${APP_HOSTS[app[1]!.toLowerCase()]}/${app[2]}` : text;
  const match = HOST.exec(given);
  const schemed = /^https?:\/\//i.test(given);
  if (!match || (!schemed && !(match.groups!.rest && /^\//.test(match.groups!.rest)))) return null;
  return URL.parse(schemed ? given : `https://${given}`);
}

const APP_HOSTS: Record<string, string> = { whatsapp: 'api.whatsapp.com', tg: 't.me', fb: 'www.facebook.com' };

function fromLink(platform: Platform, link: URL): ParsedHandle {
  const path = decoded(link.pathname).replace(/\/{2,}/g, '/');
  const asked = (name: string): string => link.searchParams.get(name) ?? '';
  if (platform.code === 'whatsapp') {
    if (link.hostname.startsWith('chat.')) return { problem: 'bad_whatsapp' };
    // wa.me links give the number in full international form without the +.
    const number = asked('phone') || path.split('/')[1]!;
    const international = /^[1-9]\d{9,14}$/.test(number) && parsePhone(number).problem !== undefined;
    return whatsapp(international ? `+${number}` : number);
  }
  const named = asked('screen_name') || asked('domain');
  if (named) return fromText(platform, named);
  if (path === '/profile.php' && /^\d+$/.test(asked('id'))) return idOf(platform, asked('id'));
  const person = platform.personIn(path);
  if (person?.id) return idOf(platform, person.id);
  return person?.handle ? fromText(platform, person.handle) : { problem: 'bad_handle' };
}

function idOf(platform: Platform, id: string): ParsedHandle {
  return { platform: platform.code, handle: id.toLowerCase(), platformId: id };
}

function fromText(platform: Platform, text: string): ParsedHandle {
  if (platform.code === 'whatsapp') {
    if (WHATSAPP_NAME.test(text)) return { platform: 'whatsapp', handle: text.slice(1).toLowerCase() };
    return whatsapp(text);
  }
  const handle = asciiDigits(text.replace(/^@\s*/, '')).toLowerCase();
  const good = HANDLE.test(handle) && /[\p{L}\p{N}]/u.test(handle) && !platformByHost(handle);
  if (!good) return { problem: 'bad_handle' };
  return { platform: platform.code, handle, ...(platform.looksOdd(handle) && { warning: 'odd_handle' as const }) };
}

function whatsapp(text: string): ParsedHandle {
  const parsed = parsePhone(text);
  return parsed.problem === undefined ? { platform: 'whatsapp', handle: parsed.e164 } : { problem: 'bad_whatsapp' };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path).normalize('NFC');
  } catch {
    return path;
  }
}
