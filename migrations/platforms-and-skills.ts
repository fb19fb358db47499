/**
 * The platforms and skills that every installation begins with, as this migration wrote them. From then on they are rows,
 * the organisation's to change; the program knows these until it has read the table.
 */
export interface PlatformRow {
  code: string;
  name_en: string;
  name_hi: string;
  /** Other words for it in a platform column. */
  aliases: readonly string[];
  /** Host names; subdomains (m., www., hi-in.) belong to them. */
  hosts: readonly string[];
  /**
   * Forms of the path of a person's page: `{handle}`, or `{id}` (`{number}`: digits alone) for the platform's own stable id;
   * `*` is any one segment, `**` at the end any rest. What has no form isn't a person's page (a post, a group, a video).
   */
  paths: readonly string[];
  /** First segments that are the platform's own pages, and nobody's handle. */
  reserved: readonly string[];
  /** The platform's rule for handles as far as it is known: which signs beside letters and digits, how long. Null: none known. */
  handle_signs: string | null;
  handle_min: number | null;
  handle_max: number | null;
  /** Letters beyond a to z are handles too. */
  handle_any_script: boolean;
  /** A person's page: with `{handle}`, or `{number}`, the digits of a phone. */
  profile_link: string;
  /** The same by the platform's stable id, `{id}`. */
  id_link: string | null;
  /** Opens the member's own app, with `{handle}` or `{number}` and, where it can be made ready, `{text}` (T33). */
  chat_link: string | null;
}

const ANY_PAGE = '/{handle}/**';
const none = { handle_any_script: false, id_link: null, chat_link: null };
const rule = (handle_signs: string, handle_min: number, handle_max: number) => ({
  handle_signs,
  handle_min,
  handle_max,
});
const NO_RULE = { handle_signs: null, handle_min: null, handle_max: null };

export const SHIPPED_PLATFORMS: readonly PlatformRow[] = [
  {
    ...none,
    code: 'x',
    name_en: 'X',
    name_hi: 'एक्स',
    aliases: ['twitter', 'x twitter', 'twitter x', 'tw', 'ट्विटर', 'ट्वीटर', 'एक्स ट्विटर'],
    hosts: ['x.com', 'twitter.com'],
    paths: [ANY_PAGE],
    reserved: ['home', 'search', 'i', 'intent', 'share', 'hashtag', 'explore', 'settings', 'messages', 'login'],
    ...rule('_', 1, 15),
    profile_link: 'https://x.com/{handle}',
    id_link: 'https://x.com/i/user/{id}',
  },
  {
    ...none,
    code: 'facebook',
    name_en: 'Facebook',
    name_hi: 'फ़ेसबुक',
    aliases: ['fb', 'face book', 'messenger', 'फेसबुक', 'फेस बुक', 'एफबी'],
    hosts: ['facebook.com', 'fb.com', 'fb.me', 'm.me'],
    paths: ['/people/*/{number}', '/pg/{handle}/**', '/@/{handle}/**', ANY_PAGE],
    reserved: 'profile.php groups share sharer watch reel reels story.php photo photo.php permalink.php events pages people posts marketplace gaming login hashtag'.split(' '), // prettier-ignore
    ...rule('.', 5, 50),
    profile_link: 'https://www.facebook.com/{handle}',
    id_link: 'https://www.facebook.com/profile.php?id={id}',
    chat_link: 'https://m.me/{handle}',
  },
  {
    ...none,
    code: 'instagram',
    name_en: 'Instagram',
    name_hi: 'इंस्टाग्राम',
    aliases: ['insta', 'ig', 'इंस्टा', 'इन्स्टाग्राम', 'इन्स्टा'],
    hosts: ['instagram.com', 'instagr.am', 'ig.me'],
    paths: ['/m/{handle}/**', '/stories/{handle}/**', '/_u/{handle}/**', ANY_PAGE],
    reserved: ['p', 'reel', 'reels', 'tv', 'explore', 'accounts', 'share', 'direct', 'm', 'stories', '_u'],
    ...rule('._', 1, 30),
    profile_link: 'https://www.instagram.com/{handle}/',
    chat_link: 'https://ig.me/m/{handle}',
  },
  {
    ...none,
    code: 'youtube',
    name_en: 'YouTube',
    name_hi: 'यूट्यूब',
    aliases: ['yt', 'you tube', 'यू ट्यूब', 'यूट्यूब चैनल', 'youtube channel'],
    hosts: ['youtube.com'],
    paths: ['/channel/UC{id}/**', '/c/{handle}/**', '/user/{handle}/**', ANY_PAGE],
    reserved: ['watch', 'shorts', 'playlist', 'live', 'embed', 'results', 'feed', 'channel', 'c', 'user', 'hashtag'],
    ...rule('._-', 3, 30),
    handle_any_script: true,
    profile_link: 'https://www.youtube.com/@{handle}',
    id_link: 'https://www.youtube.com/channel/{id}',
  },
  {
    ...none,
    code: 'whatsapp',
    name_en: 'WhatsApp',
    name_hi: 'व्हाट्सऐप',
    aliases: 'wa,whats app,whatsup,watsapp,whatapp,व्हाट्सएप,व्हाट्सअप,व्हाट्सप्प,वाट्सएप,वाट्सऐप,वाट्सअप,व्हॉट्सऐप'.split(','),
    hosts: ['wa.me', 'whatsapp.com'],
    paths: ['/{handle}'],
    reserved: [],
    ...NO_RULE,
    profile_link: 'https://wa.me/{number}',
    chat_link: 'https://wa.me/{number}?text={text}',
  },
  {
    ...none,
    code: 'telegram',
    name_en: 'Telegram',
    name_hi: 'टेलीग्राम',
    aliases: ['tg', 'tele gram', 'टेलिग्राम'],
    hosts: ['t.me', 'telegram.me', 'telegram.dog'],
    paths: ['/s/{handle}/**', ANY_PAGE],
    reserved: ['joinchat', 'addstickers', 'share', 'c', 's', 'proxy', 'iv'],
    ...rule('_', 4, 32),
    profile_link: 'https://t.me/{handle}',
    chat_link: 'https://t.me/{handle}?text={text}',
  },
  {
    ...none,
    code: 'sharechat',
    name_en: 'ShareChat',
    name_hi: 'शेयरचैट',
    aliases: ['share chat', 'शेयर चैट'],
    hosts: ['sharechat.com'],
    paths: ['/profile/{handle}/**', '/{handle}'],
    reserved: ['profile', 'post', 'tag', 'video', 'trending', 'explore'],
    ...NO_RULE,
    profile_link: 'https://sharechat.com/profile/{handle}',
  },
  {
    ...none,
    code: 'koo',
    name_en: 'Koo',
    name_hi: 'कू',
    aliases: ['koo app', 'कू ऐप'],
    hosts: ['kooapp.com'],
    paths: ['/profile/{handle}/**'],
    reserved: ['profile'],
    ...NO_RULE,
    profile_link: 'https://www.kooapp.com/profile/{handle}',
  },
  {
    ...none,
    code: 'threads',
    name_en: 'Threads',
    name_hi: 'थ्रेड्स',
    aliases: ['थ्रेड्ज़'],
    hosts: ['threads.net', 'threads.com'],
    paths: ['/@{handle}/**'],
    reserved: [],
    ...rule('._', 1, 30),
    profile_link: 'https://www.threads.com/@{handle}',
  },
  {
    ...none,
    code: 'linkedin',
    name_en: 'LinkedIn',
    name_hi: 'लिंक्डइन',
    aliases: ['linked in', 'लिंक्डिन'],
    hosts: ['linkedin.com'],
    paths: ['/in/{handle}/**'],
    reserved: [],
    ...rule('-', 3, 100),
    handle_any_script: true,
    profile_link: 'https://www.linkedin.com/in/{handle}/',
  },
];

/** What people offer: code, English, Hindi. */
export const SHIPPED_SKILLS: readonly [string, string, string][] = [
  ['video', 'Makes videos', 'वीडियो बनाते हैं'],
  ['design', 'Makes posters and graphics', 'पोस्टर और ग्राफ़िक बनाते हैं'],
  ['photo', 'Takes photos', 'फ़ोटो खींचते हैं'],
  ['writing', 'Writes', 'लिखते हैं'],
  ['translation', 'Translates', 'अनुवाद करते हैं'],
  ['speaking', 'Speaks before people', 'सभा में बोलते हैं'],
  ['singing', 'Sings or plays', 'गाते या बजाते हैं'],
  ['driving', 'Drives', 'गाड़ी चलाते हैं'],
  ['hosting', 'Offers a room for meetings', 'बैठक के लिए जगह देते हैं'],
  ['calling', 'Helps with phone calls', 'फ़ोन करने में मदद करते हैं'],
  ['visiting', 'Goes from door to door', 'घर-घर जाते हैं'],
  ['computers', 'Good with computers', 'कंप्यूटर के जानकार हैं'],
  ['legal', 'Knows the law', 'क़ानून के जानकार हैं'],
  ['teaching', 'Teaches others', 'दूसरों को सिखाते हैं'],
];
