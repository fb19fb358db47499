/** What is typed in our own parts, and stands in no list from elsewhere: greetings and cries, without blanks. */
const OF_OUR_PARTS = [
  'jaishreeram',
  'jaishriram',
  'jaisriram',
  'jaisiyaram',
  'jaishreekrishna',
  'jaishrikrishna',
  'radheradhe',
  'radhekrishna',
  'harharmahadev',
  'omnamahshivay',
  'omnamahshivaya',
  'omshanti',
  'jaimatadi',
  'jaihanuman',
  'jaibajrangbali',
  'ganpatibappa',
  'allahuakbar',
  'alhamdulillah',
  'bismillah',
  'waheguru',
  'satnamwaheguru',
  'jaibhim',
  'jaihind',
  'bharat',
  'bharatmata',
  'bharatmatakijai',
  'vandemataram',
  'merabharatmahan',
  'hindustan',
  'hindustanzindabad',
  'inquilabzindabad',
  'uttarpradesh',
  'namaste',
  'password',
  'pasword',
  'mypassword',
  'newpassword',
  'changeme',
  'welcome',
  'administrator',
  'पासवर्ड',
  'नमस्ते',
  'भारत',
  'जयहिंद',
  'जयहिन्द',
  'जयश्रीराम',
  'जयसियाराम',
  'राधेराधे',
  'हरहरमहादेव',
  'जयमातादी',
  'भारतमाताकीजय',
  'वंदेमातरम',
  'वन्देमातरम्',
  'उत्तरप्रदेश',
];

export type IsCommon = (word: string) => boolean;

let loading: Promise<IsCommon> | undefined;

/**
 * The 49,233 passwords that leak most, as shipped by @zxcvbn-ts/language-common, in lower case. Unpacked at the first
 * password that somebody sets, once a process: that takes 0.2 s, and 4.5 MB from then on.
 */
export function commonPasswords(): Promise<IsCommon> {
  loading ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => {
    const known = new Set([...dictionary['passwords-common'], ...OF_OUR_PARTS]);
    return (word) => known.has(word);
  });
  return loading;
}
