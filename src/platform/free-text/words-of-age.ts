import { phrase } from './phrases.js';

const YEARS = '(?:saal|sal|years?|yrs?|varsh|वर्ष|साल|बरस)';
/** One to seventeen. */
const YOUNG = '(?:1[0-7]|[1-9])';

/** That somebody is under eighteen. Years of work and of waiting are years, too: an age needs a word that says so. */
export const AGE_PHRASES = [
  phrase(
    `(?:minor|nabalig|na-?ba+lig|under~?-?18|below~18|underage|नाबालिग|अवयस्क)(?!~(?:issue|problem|change|changes|correction|point|dispute|mistake|repair|injury))`,
  ),
  phrase(
    `(?:age|aged|umar|umra|umr|aayu|उम्र|आयु)(?:\\s*[:=-]\\s*|~(?:is~|hai~|है~|sirf~|सिर्फ़~|abhi~|अभी~|only~)*)${YOUNG}(?:~${YEARS})?`,
  ),
  phrase(`${YOUNG}~${YEARS}~old`),
  phrase(
    `(?:he|she|they|is|only|sirf|abhi|सिर्फ़|अभी|केवल)~(?:is~|only~|just~|to~|तो~)*${YOUNG}~${YEARS}~(?:ka|ki|ke|का|की|के)~(?:hai|hain|है|हैं)`,
  ),
  phrase(
    '(?:18|अठारह|atharah)~(?:saal|sal|वर्ष|साल)~(?:se~kam|se~chhot[aie]|se~neeche|से~कम|से~छोट[ाीे]|का~नहीं|की~नहीं|ka~nahi|ki~nahi|pure~nahi|पूरे~नहीं)',
  ),
];
