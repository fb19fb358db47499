import { any, names, phrase, unlessNamed } from './phrases.js';

/** Words for a caste, or for where one stands among them, that are nobody's name. */
const STANDING = any(
  'dalits? savarna? harijans? brahmans? brahmins? braahman baniyas? chamars? bhangi obc bahujan',
  'scheduled~castes? scheduled~tribes? backward~(?:class|caste)(?:es|s)? most~backward (?:upper|lower|forward|general|higher|high|low)~castes?',
  '(?:sc|st)/(?:sc|st) sc~st reserved~category general~category',
  'दलित दलितों सवर्ण सवर्णों हरिजन ब्राह्मण ब्राह्मणों बनिया चमार ओबीसी बहुजन अगड़ी~जाति ऊँची~जाति नीची~जाति छोटी~जाति',
  'अनुसूचित~(?:जाति|जनजाति) एससी~एसटी (?:अति~)?पिछड़[ाीे]~(?:जाति|वर्ग)(?:यों)? सामान्य~वर्ग',
  '(?:anusuchit|pichh?di|oonchi|unchi|neechi|agdi)~ja+ti',
);

/** Words for a caste that are surnames, too, or titles: on their own they say who somebody is, not what. */
const SURNAMES = any(
  'yadavs? ahirs? jatavs? jatavs pasis? valmikis? kurmis? lodhis? lodhs? maury[ae]s? kushwahas? kushwahs? shakyas? sainis? nishads? mallahs?',
  'binds? kashyaps? prajapatis? kumhars? vishwakarmas? rajbhars? pals? gadariyas? rajputs? thakurs? kshatriyas? ja+ts? gujjars? gurjars? tyagis?',
  'bhumihars? kayasths? vaishya s? khatiks? koris? dhobis? telis? nais? ansaris? qureshis? saifis? pandits? koeris? patels? meenas? gonds? tharus?',
  'यादव यादवों अहीर जाटव जाटवों पासी वाल्मीकि वाल्मीकी कुर्मी कुर्मियों लोधी लोध मौर्य मौर्या कुशवाहा शाक्य सैनी निषाद निषादों मल्लाह बिंद कश्यप',
  'प्रजापति कुम्हार विश्वकर्मा राजभर पाल गड़रिया राजपूत राजपूतों ठाकुर ठाकुरों क्षत्रिय जाट जाटों गुर्जर गूजर त्यागी भूमिहार कायस्थ वैश्य खटीक',
  'कोरी धोबी तेली नाई अंसारी कुरैशी सैफ़ी पंडित कोइरी पटेल मीणा गोंड थारू',
);

const KIN =
  '(?:(?:ki|ka|ke|की|का|के)~)?(?:castes?|communit(?:y|ies)|biradari|birad[ae]ri|sama+j|samuda+y|ja+ti|vote~bank|voters?|votes?|बिरादरी|समाज|समुदाय|जाति|वोट|वोटर|वोटों)';
const WHO = '(?:he|she|they|who|(?:ye|yeh|wo|woh|ve|vah|veh|hum|ham|ye~log|sab|log|sabhi)|यह|ये|वह|वे|वो|हम|सब|सभी|लोग)';
const IS = '(?:is|are|was|were|sab|sabhi|all|log|mostly|also|an?|bhi|to|सब|सभी|लोग|भी|तो)';
const BE = '(?:hai|hain|hein|h|है|हैं|thes?|थे|था)';
const CASTE = '(?:castes?|ja+ti|जाति)';

export const CASTE_PHRASES = [
  phrase(`${STANDING}${unlessNamed}`),
  phrase(`${SURNAMES}~${KIN}${unlessNamed}`),
  phrase(
    `${WHO}(?:~${IS}){0,3}~${SURNAMES}(?:(?=~${BE}${names.end})|(?=\\s*[,.;।!]|\\s*$|~(?:and|by|aur|और)${names.end}))`,
  ),
  phrase(`(?:is|are|they're|he's|she's)~(?:an?|all)~${SURNAMES}${unlessNamed}`),
  phrase(`${CASTE}~?(?:se|is|hai|से|[:=-])~?(?!nahi|नहीं)[\\p{L}\\p{M}]{2,}`),
  phrase(
    `(?:his|her|their|(?:un|in|us|is|ap)k?[ni]i|उनकी|इनकी|उसकी|इसकी)~${CASTE}~(?!nahi|नहीं|census|जनगणना)[\\p{L}\\p{M}]{2,}`,
  ),
  phrase('[\\p{L}\\p{M}]{2,}~by~caste'),
  phrase('[\\p{L}\\p{M}]{2,}~(?:birad[ae]ri|बिरादरी)'),
  phrase(`(?:sc|st|ews|एससी|एसटी)~(?:${BE}|category|caste|community|wale|वर्ग|कैटेगरी|समाज)`),
  phrase(`(?:is|are|belongs?~to|from)~(?:an?~)?(?:sc|st)${unlessNamed}`),
];
