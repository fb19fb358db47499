/**
 * The platforms on which sympathisers have an identity. Data, not behaviour: adding one is adding an entry here.
 *
 * A profile path is a pattern over the path of a link; its named groups are `handle`, or `id` for the platform's own
 * stable id. What matches no path isn't a person's page (a post, a group, a video).
 */
export interface Platform {
  code: string;
  name: { en: string; hi: string };
  /** Other words for it in a platform column. */
  aliases: readonly string[];
  /** Host names; subdomains (m., www., hi-in.) belong to them. */
  hosts: readonly string[];
  profilePaths: readonly RegExp[];
  /** First path segments that are the platform's own pages. */
  reserved: readonly string[];
  profileLink(handle: string, platformId?: string): string | null;
  /** A link that opens the member's own app with the text ready, where the platform has one (T33). */
  chatLink(handle: string, text?: string): string | null;
}

const ONE_SEGMENT = /^\/@?(?<handle>[^/]+)(?:\/.*)?$/u;
const path = (handle: string): string => encodeURIComponent(handle);
const query = (text?: string): string => (text ? `?text=${encodeURIComponent(text)}` : '');
const none = (): null => null;

export const PLATFORMS: readonly Platform[] = [
  {
    code: 'x',
    name: { en: 'X', hi: 'एक्स' },
    aliases: ['twitter', 'x twitter', 'twitter x', 'tw', 'ट्विटर', 'ट्वीटर', 'एक्स ट्विटर'],
    hosts: ['x.com', 'twitter.com'],
    profilePaths: [ONE_SEGMENT],
    reserved: ['home', 'search', 'i', 'intent', 'share', 'hashtag', 'explore', 'settings', 'messages', 'login'],
    profileLink: (handle) => `https://x.com/${path(handle)}`,
    chatLink: none,
  },
  {
    code: 'facebook',
    name: { en: 'Facebook', hi: 'फ़ेसबुक' },
    aliases: ['fb', 'face book', 'messenger', 'फेसबुक', 'फेस बुक', 'एफबी'],
    hosts: ['facebook.com', 'fb.com', 'fb.me', 'm.me'],
    profilePaths: [/^\/people\/[^/]+\/(?<id>\d+)\/?$/, /^\/(?:pg|@)\/?(?<handle>[^/]+)/u, ONE_SEGMENT],
    reserved: 'profile.php groups share sharer watch reel reels story.php photo photo.php permalink.php events pages people posts marketplace gaming login hashtag'.split(' '), // prettier-ignore
    profileLink: (handle) => `https://www.facebook.com/${path(handle)}`,
    chatLink: (handle) => `https://m.me/${path(handle)}`,
  },
  {
    code: 'instagram',
    name: { en: 'Instagram', hi: 'इंस्टाग्राम' },
    aliases: ['insta', 'ig', 'इंस्टा', 'इन्स्टाग्राम', 'इन्स्टा'],
    hosts: ['instagram.com', 'instagr.am', 'ig.me'],
    profilePaths: [/^\/(?:m|stories|_u)\/(?<handle>[^/]+)/u, ONE_SEGMENT],
    reserved: ['p', 'reel', 'reels', 'tv', 'explore', 'accounts', 'share', 'direct', 'm', 'stories', '_u'],
    profileLink: (handle) => `https://www.instagram.com/${path(handle)}/`,
    chatLink: (handle) => `https://ig.me/m/${path(handle)}`,
  },
  {
    code: 'youtube',
    name: { en: 'YouTube', hi: 'यूट्यूब' },
    aliases: ['yt', 'you tube', 'यू ट्यूब', 'यूट्यूब चैनल', 'youtube channel'],
    hosts: ['youtube.com'],
    profilePaths: [/^\/channel\/(?<id>UC[\w-]{22})/i, /^\/(?:c|user)\/(?<handle>[^/]+)/u, ONE_SEGMENT],
    reserved: ['watch', 'shorts', 'playlist', 'live', 'embed', 'results', 'feed', 'channel', 'c', 'user', 'hashtag'],
    profileLink: (handle, platformId) =>
      platformId ? `https://www.youtube.com/channel/${path(platformId)}` : `https://www.youtube.com/@${path(handle)}`,
    chatLink: none,
  },
  {
    code: 'whatsapp',
    name: { en: 'WhatsApp', hi: 'व्हाट्सऐप' },
    aliases: 'wa,whats app,whatsup,watsapp,whatapp,व्हाट्सएप,व्हाट्सअप,व्हाट्सप्प,वाट्सएप,वाट्सऐप,वाट्सअप,व्हॉट्सऐप'.split(','),
    hosts: ['wa.me', 'whatsapp.com'],
    profilePaths: [/^\/(?<handle>\+?\d+)\/?$/],
    reserved: [],
    profileLink: (handle) => (handle.startsWith('+') ? `https://wa.me/${handle.slice(1)}` : null),
    chatLink: (handle, text) => (handle.startsWith('+') ? `https://wa.me/${handle.slice(1)}${query(text)}` : null),
  },
  {
    code: 'telegram',
    name: { en: 'Telegram', hi: 'टेलीग्राम' },
    aliases: ['tg', 'tele gram', 'टेलिग्राम'],
    hosts: ['t.me', 'telegram.me', 'telegram.dog'],
    profilePaths: [/^\/s\/(?<handle>[^/+]+)/u, /^\/(?<handle>[^/+]+)(?:\/.*)?$/u],
    reserved: ['joinchat', 'addstickers', 'share', 'c', 's', 'proxy', 'iv'],
    profileLink: (handle) => `https://t.me/${path(handle)}`,
    chatLink: (handle, text) => `https://t.me/${path(handle)}${query(text)}`,
  },
  {
    code: 'sharechat',
    name: { en: 'ShareChat', hi: 'शेयरचैट' },
    aliases: ['share chat', 'शेयर चैट'],
    hosts: ['sharechat.com'],
    profilePaths: [/^\/profile\/@?(?<handle>[^/]+)/u, /^\/@?(?<handle>[^/]+)\/?$/u],
    reserved: ['profile', 'post', 'tag', 'video', 'trending', 'explore'],
    profileLink: (handle) => `https://sharechat.com/profile/${path(handle)}`,
    chatLink: none,
  },
  {
    code: 'koo',
    name: { en: 'Koo', hi: 'कू' },
    aliases: ['koo app', 'कू ऐप'],
    hosts: ['kooapp.com'],
    profilePaths: [/^\/profile\/@?(?<handle>[^/]+)/u],
    reserved: ['profile'],
    profileLink: (handle) => `https://www.kooapp.com/profile/${path(handle)}`,
    chatLink: none,
  },
  {
    code: 'threads',
    name: { en: 'Threads', hi: 'थ्रेड्स' },
    aliases: ['थ्रेड्ज़'],
    hosts: ['threads.net', 'threads.com'],
    profilePaths: [/^\/@(?<handle>[^/]+)/u],
    reserved: [],
    profileLink: (handle) => `https://www.threads.com/@${path(handle)}`,
    chatLink: none,
  },
  {
    code: 'linkedin',
    name: { en: 'LinkedIn', hi: 'लिंक्डइन' },
    aliases: ['linked in', 'लिंक्डिन'],
    hosts: ['linkedin.com'],
    profilePaths: [/^\/in\/(?<handle>[^/]+)/u],
    reserved: [],
    profileLink: (handle) => `https://www.linkedin.com/in/${path(handle)}/`,
    chatLink: none,
  },
];

const BY_CODE = new Map(PLATFORMS.map((platform) => [platform.code, platform]));
const BY_WORD = new Map(
  PLATFORMS.flatMap((platform) =>
    [platform.code, platform.name.en, platform.name.hi, ...platform.aliases].map((word) => [normal(word), platform]),
  ),
);

export function platformByCode(code: string): Platform | null {
  return BY_CODE.get(code) ?? null;
}

/** The platform meant by a word in a platform column, in English or Hindi. */
export function platformByWord(word: string): Platform | null {
  return BY_WORD.get(normal(word)) ?? null;
}

/** The platform to which a host name belongs. */
export function platformByHost(host: string): Platform | null {
  const name = host.toLowerCase();
  return PLATFORMS.find(({ hosts }) => hosts.some((own) => name === own || name.endsWith(`.${own}`))) ?? null;
}

function normal(word: string): string {
  return word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u093c\u200b-\u200f\ufeff]|[^\p{L}\p{M}\p{N}]/gu, '');
}
