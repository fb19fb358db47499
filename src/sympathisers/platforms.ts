import { SHIPPED_PLATFORMS, type PlatformRow } from '../../migrations/platforms-and-skills.js';

export type { PlatformRow };

/**
 * A platform on which sympathisers have an identity: a row of the table `platforms`, ready for use. What belongs to the
 * organisation to change (names, forms of links, rules for handles) is data; only WhatsApp's numbers are read by code.
 */
export interface Platform {
  code: string;
  name: { en: string; hi: string };
  /** Who a link's path leads to: a handle, or the platform's own stable id; null for what isn't a person's page. */
  personIn(path: string): { handle?: string; id?: string } | null;
  /** Whether a handle breaks the platform's own rule. Rules change, so that is a reason to look, and never to refuse. */
  looksOdd(handle: string): boolean;
  profileLink(handle: string, platformId?: string | null): string | null;
  /** A link that opens the member's own app with the text ready, where the platform has one (T33). */
  chatLink(handle: string, text?: string): string | null;
}

const live: Platform[] = [];
const rows: PlatformRow[] = [];
const byCode = new Map<string, Platform>();
const byWord = new Map<string, Platform>();
const byHost = new Map<string, Platform>();

/** The platforms as this process knows them, in their order. Always the same list: what changes is in it. */
export const PLATFORMS: readonly Platform[] = live;

/** Takes these from now on; the catalogue does, whenever the table has changed. */
export function usePlatforms(given: readonly PlatformRow[]): void {
  rows.splice(0, rows.length, ...given);
  live.splice(0, live.length, ...given.map(platformOf));
  byCode.clear();
  byWord.clear();
  byHost.clear();
  given.forEach((row, at) => {
    const platform = live[at]!;
    byCode.set(row.code, platform);
    for (const word of [row.code, row.name_en, row.name_hi, ...row.aliases]) byWord.set(normal(word), platform);
    for (const host of row.hosts) byHost.set(host, platform);
  });
}

/** A copy of what is known, as plain data: for a long reading, or another thread (`usePlatforms` there). */
export const platformRows = (): PlatformRow[] => [...rows];

export function platformByCode(code: string): Platform | null {
  return byCode.get(code) ?? null;
}

/** The platform meant by a word in a platform column, in English or Hindi. */
export function platformByWord(word: string): Platform | null {
  return byWord.get(normal(word)) ?? null;
}

/** The platform to which a host name belongs. */
export function platformByHost(host: string): Platform | null {
  for (let name = host.toLowerCase(); ; name = name.slice(name.indexOf('.') + 1)) {
    const found = byHost.get(name);
    if (found || !name.includes('.')) return found ?? null;
  }
}

function platformOf(row: PlatformRow): Platform {
  const forms = row.paths.map(pathForm);
  const allowed =
    row.handle_signs === null
      ? null
      : new RegExp(
          `^[${row.handle_any_script ? '\\p{L}\\p{M}\\p{N}' : 'a-z0-9'}${escaped(row.handle_signs)}]{${row.handle_min ?? 1},${row.handle_max ?? ''}}$`,
          'u',
        );
  return {
    code: row.code,
    name: { en: row.name_en, hi: row.name_hi },
    personIn: (path) => {
      for (const form of forms) {
        const { handle, id } = form.exec(path)?.groups ?? {};
        if (id) return { id };
        if (handle && !row.reserved.includes(handle.toLowerCase())) return { handle };
      }
      return null;
    },
    // A handle of digits alone may be the platform's own id.
    looksOdd: (handle) => allowed !== null && !allowed.test(handle) && !/^\d+$/.test(handle),
    profileLink: (handle, platformId) =>
      platformId && row.id_link
        ? row.id_link.replace('{id}', encodeURIComponent(platformId))
        : filled(row.profile_link, handle),
    chatLink: (handle, text) => (row.chat_link ? filled(row.chat_link, handle, text) : null),
  };
}

/** A link of a handle; null where it asks for the number that a name of WhatsApp's is not. */
function filled(form: string, handle: string, text?: string): string | null {
  if (form.includes('{number}') && !handle.startsWith('+')) return null;
  return (text ? form : form.replace(/[?&]\w+=\{text\}/, ''))
    .replace('{number}', handle.slice(1))
    .replace('{handle}', encodeURIComponent(handle))
    .replace('{text}', encodeURIComponent(text ?? ''));
}

/** A form of a path as a pattern: made of our own pieces, so that no form can make reading slow. */
function pathForm(form: string): RegExp {
  const rest = form.endsWith('/**');
  const segments = (rest ? form.slice(0, -3) : form).split('/').slice(1).map(segmentForm);
  return new RegExp(`^/${segments.join('/')}${rest ? '(?:/.*)?' : '/?'}$`, 'iu');
}

function segmentForm(segment: string): string {
  if (segment === '*') return '[^/]+';
  const [, before = '', what] = /^(.*)\{(handle|id|number)\}$/.exec(segment) ?? [];
  if (what === 'handle') return `${before ? escaped(before) : '@?'}(?<handle>[^/]+)`;
  if (what) return `(?<id>${escaped(before)}${what === 'number' ? '\\d+' : '[\\w-]+'})`;
  return escaped(segment);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function normal(word: string): string {
  return word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u093c\u200b-\u200f\ufeff]|[^\p{L}\p{M}\p{N}]/gu, '');
}

// What the program came with, until the table has been read.
usePlatforms(SHIPPED_PLATFORMS);
