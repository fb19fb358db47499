import { any, names, phrase, unlessNamed } from './phrases.js';

const BE = '(?:hai|hain|hein|h|है|हैं|thes?|थे|था)';
const FAITHS = any(
  'muslims? musalma+ns? mussalmans? mohammedans? christians? christianity isai[oy]?n? isaai buddhists? buddhism baudhh? bauddh sikhism shias? sunnis? islam islamic parsis? zoroastrians?',
  'catholics? protestants? jews? jewish atheists? na+stik hinduism',
  'मुस्लिम मुस्लिमों मुसलमान मुसलमानों ईसाई ईसाइयों बौद्ध सिख सिखों शिया सुन्नी इस्लाम पारसी नास्तिक हिंदू हिन्दू हिंदुओं हिन्दुओं',
);
const RITES = any(
  'nama+z nama+j nama+zi muharram ramzan~ke~roze kalma baptised baptized koran quran jumma~ki',
  'नमाज़ नमाज़ी मुहर्रम कलमा कुरान क़ुरान',
);
/** Learning, in Hindi, is spelled like the faith. */
const SIKH = 'sikhs?(?!~(?:rah|kar|li|ke|ne|na|ga|sak|le|raha))';
/** The newspaper. */
const HINDU = `(?<!the~)(?<!the )hindus?`;
const JAIN = '(?:jains?|जैन)';
const HOUSES = '(?:church|mosque|masjid|gurdwara|gurudwara|girja(?:ghar)?|temple|चर्च|मस्जिद|गिरजाघर|गुरुद्वार[ाे])';

export const RELIGION_PHRASES = [
  phrase(`(?<!(?:ms|mr|mrs|dr|shri|smt)\\.?\\s*)${FAITHS}${unlessNamed}`),
  phrase(RITES),
  phrase(`${SIKH}${unlessNamed}`),
  phrase(`${HINDU}${unlessNamed}`),
  phrase(
    `(?:he|she|they|ye|yeh|wo|woh|ve|log|is|are|because|kyonki|यह|ये|वह|वे|लोग|क्योंकि)~(?:an?~|also~|is~|are~|bhi~|भी~)*${JAIN}(?=\\s*[,.;।]|\\s*$|~(?:${BE}|by|and)${names.end})`,
  ),
  phrase(`${JAIN}~(?:by~religion|dha?ra?m|sama+j|family|धर्म|समाज|परिवार)`),
  phrase('(?:by~religion|convert(?:ed|s)?~to|religion~(?:is|[:=]))'),
  phrase(
    '(?:dharm|धर्म|मज़हब|mazhab)~(?:man|maan|badal|apna|parivartan|chhod|मान|बदल|अपना|परिवर्तन|छोड़|[:=]|is|hai|है)[\\p{L}\\p{M}]*',
  ),
  phrase(`(?:goes~to|attends?|going~to)~(?:the~)?${HOUSES}(?!~(?:road|street|रोड))`),
  phrase(`${HOUSES}~(?:mein~|में~)?(?:jate|jaate|jati|jaati|jata|jaata|जाते|जाती|जाता)`),
  phrase('(?:roz[ae]|roz[ae]dar|रोज़ा|रोज़े|रोज़ेदार)~(?:rakh|se|hai|hain|hota|रख|से|है|हैं)[\\p{L}\\p{M}]*'),
  phrase('(?:minority|alpsankhyak|अल्पसंख्यक)~(?:community|samuda+y|समुदाय|समाज|hai|hain|है|हैं)'),
];
