/** What a consent cell says. A word that isn't known is no consent, and isn't a refusal either. */
export type ConsentWord = 'given' | 'refused' | 'unknown' | 'blank';

const GIVEN = phrases(
  'yes, y, yess, yep, ok, okay, 1, true, t, agree, agreed, i agree, agrees, consented, consent given, given, accepted,' +
    'allowed, opt in, हाँ, हां, हा, हॉ, जी, जी हाँ, जी हां, हाँ जी, हां जी, सहमत, सहमति, सहमति है, ठीक है, ठीक, स्वीकार, स्वीकृत,' +
    'मंज़ूर, मंजूर है, haan, han, haa, haanji, hanji, haan ji, han ji, ji, ji haan, ji han, theek hai, thik hai, sahmat, manzoor,' +
    'manjoor, ✓, ✔, ☑',
);
const REFUSED = phrases(
  'no, n, nope, 0, false, f, refused, declined, disagree, disagreed, not agreed, do not contact, dont contact, dnc, dnd,' +
    'opt out, optout, unsubscribe, stop, remove, withdrawn, denied, never, not interested, नहीं, नही, नहि, नहीं जी, जी नहीं,' +
    'ना, न, मना, मना है, मना किया, मना कर दिया, इनकार, इंकार, असहमत, बंद, बंद करें, बंद करो, रोकें, हटाएँ, हटाएं, संपर्क न करें,' +
    'स्टॉप, nahi, nahin, nahee, nai, ji nahi, ji nahin, nahi ji, nahin ji, mana, mana kiya, mana kar diya, inkar, band,' +
    'band karo, mat karo, ✗, ✘, ❌',
);
const REFUSING_WORDS = phrases(
  'stop, unsubscribe, dnc, dnd, refused, declined, मना, मत, नहीं, नही, nahi, nahin, no, not, dont',
);
const AGREEING_WORDS = phrases('yes, haan, han, हाँ, हां, agreed, agree, सहमत');
/** "No objection", "कोई आपत्ति नहीं": a no that means yes. Too thin for a consent, and no reason to stop anybody. */
const DOUBTFUL_WORDS = phrases(
  'objection, problem, issue, आपत्ति, दिक्कत, परेशानी, समस्या, aapatti, dikkat, pareshani, maybe, शायद, shayad',
);

/**
 * The meaning of a consent cell in English, Hindi or Hindi in Latin letters. In a longer sentence a refusing word
 * outweighs an agreeing one: keeping silent by mistake can be put right, contacting somebody who said no can't.
 */
export function parseConsent(text: string): ConsentWord {
  const said = normal(text);
  if (!said || said === 'na' || said === 'n a') return 'blank';
  if (GIVEN.has(said)) return 'given';
  if (REFUSED.has(said)) return 'refused';
  const words = said.split(' ');
  if (words.some((word) => DOUBTFUL_WORDS.has(word))) return 'unknown';
  if (words.some((word) => REFUSING_WORDS.has(word))) return 'refused';
  return AGREEING_WORDS.has(words[0]!) ? 'given' : 'unknown';
}

function phrases(list: string): ReadonlySet<string> {
  return new Set(list.split(',').map(normal));
}

function normal(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u093c\u200b-\u200f\ufeff'’]/gu, '')
    .replace(/[०१]/g, (digit) => (digit === '०' ? '0' : '1'))
    .replace(/[^\p{L}\p{M}\p{N}✓✔☑✗✘❌]+/gu, ' ')
    .trim();
}
