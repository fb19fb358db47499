import { any, phrase, unlessNamed } from './phrases.js';

const ILLNESSES = any(
  'diabet(?:es|ic) cancer hiv tuberculosis tb epilep(?:sy|tic) mirgi asthma dama dengue malaria typhoid jaundice piliya piliya',
  'chemo(?:therapy)? dialysis paralys(?:is|ed) paralytic lakwa hypertension thyroid arthritis gathiya cataract motiyabind migraine leukaemia leukemia tumou?r ulcer hepatitis pneumonia dementia alzheimers? parkinsons? autis(?:m|tic) hernia',
  'pregnan(?:t|cy) garbhvati garbhwati miscarriage abortion infertil(?:e|ity)',
  'depression depressed anxiety schizophreni[ac] bipolar suicid(?:e|al) avsa+d',
  'disabilit(?:y|ies) handicapped viklang divya+ng wheelchair deaf (?:ba|be)hra alcoholics? alcoholism',
  'bima+r beema+r bima+ri beema+ri bimariyan illness(?:es)? unwell disease(?:s|d)? bukha+r fever surger(?:y|ies) fractured? hospitali[sz]ed mari+z mareez(?:on)?',
  'कैंसर टीबी मधुमेह डायबिटीज़ मिर्गी दमा डेंगू मलेरिया टाइफ़ाइड पीलिया एचआईवी डायलिसिस लकवा थायरॉइड गठिया मोतियाबिंद माइग्रेन हेपेटाइटिस निमोनिया',
  'गर्भवती गर्भपात अवसाद डिप्रेशन आत्महत्या विकलांग दिव्यांग व्हीलचेयर बहरा बहरे अंधा अंधे बीमार बीमारी बीमारियाँ बुख़ार सर्जरी फ्रैक्चर मरीज़',
);

const BAD = '(?:kharab|khrab|theek~nahi[n]?|thik~nahi[n]?|ख़राब|ठीक~नहीं|नासाज़|bigad|बिगड़)';

/** Of accounts and buttons, not of people. */
const SWITCHED_OFF =
  '(?:accounts?|sim|number|pages?|profile|links?|comments?|notifications?|button|option|id|handle)(?:~[a-z]+){0,2}~';

export const HEALTH_PHRASES = [
  phrase(`(?<!${SWITCHED_OFF})disabled(?!~(?:account|page|profile|link|button))`),
  phrase(`${ILLNESSES}(?!~(?:dekh|देख))${unlessNamed}`),
  phrase(
    '(?:tabi?y[ae]t|tabiyat|swasthya|sehat|health|तबीयत|तबियत|सेहत|स्वास्थ्य)~(?:bahut~|bhi~|बहुत~|भी~|is~|was~)*' + BAD,
  ),
  phrase('(?:not~(?:feeling~)?well|(?:is|was|are|fell|very|seriously)~(?:sick|ill)(?!~of))'),
  phrase('(?:suffers?|suffering)~from'),
  phrase(
    '(?:heart|kidney|liver|lungs?|brain)~(?:attack|patient|disease|problem|failure|surgery|operation|transplant|trouble|stroke|kharab|ki~bima+ri)',
  ),
  phrase(
    '(?:dil|gurd[ae]|kidney|liver|phephd[ae]|दिल|गुर्द[ाे]|किडनी|लीवर|फेफड़े)~(?:ki~bima+ri|ka~daura|ke~mariz|ka~operation|kharab|kamzor|की~बीमारी|का~दौरा|के~मरीज़|का~ऑपरेशन|ख़राब|कमज़ोर|फ़ेल)',
  ),
  phrase('bypass~(?:hua|ho|surgery|operation|हुआ)|बाईपास~हुआ|had~a~stroke'),
  phrase(
    '(?:sugar|shugar|शुगर)~(?:ki~bima+ri|ke~mariz|patient|hai|hain|high|badh|level|की~बीमारी|के~मरीज़|है|बढ़|हाई|और~बीपी)',
  ),
  phrase('(?:bp|blood~pressure|बीपी|ब्लड~प्रेशर)~(?:high|low|ki|ka|ke|patient|badh|hai|rehta|हाई|लो|की|का|के|बढ़|है|रहता)'),
  phrase('(?:covid|corona|कोरोना|कोविड)~(?:positive|hua|ho~gaya|hai|पॉज़िटिव|हुआ|हो~गया|है)'),
  phrase('(?:mentally|mental)~(?:ill|illness|unstable|disturbed|problem|health~(?:issue|problem)s?|patient|retarded)'),
  phrase('(?:mansik|maansik|मानसिक)~(?:roop~se|rog|bima+r|रूप~से|रोग|रोगी|बीमार|तनाव|tanav)'),
  phrase('blind(?!~(?:lane|alley|spot|gali|support|faith|turn|road|curve))'),
  phrase('(?:dikhai|sunai|दिखाई|सुनाई)~(?:nahi|nahin|kam|नहीं|कम)~(?:det[aie]|पड़ता|देता|देती)?'),
  phrase(
    'drinks~(?:a~lot|too~much|heavily|daily)|(?:addicted|addiction)~to|drug~addict|(?:sharab|nashe|nasha|शराब|नशे|नशा)~(?:ki~lat|karta|karte|का~आदी|की~लत|करता|करते|में~रहत[ाे])|sharabi|शराबी|नशेड़ी',
  ),
  phrase('(?:operation|ऑपरेशन)~(?:hua|ho|hona|hai|tha|karaya|हुआ|होना|हो|है|था|कराया)'),
  phrase(
    '(?:pair|paer|haath|hath|haddi|kamar|पैर|हाथ|हड्डी|कमर|टाँग)~(?:ki~haddi~|में~)?(?:toot|tut|fracture|टूट|फ्रैक्चर)[\\p{L}\\p{M}]*',
  ),
  phrase(
    'bed~?rest|bed~?ridden|बेड~रेस्ट|hard~of~hearing|(?:tested|tests)~positive|(?:sun|chal|bol|dekh|सुन|चल|बोल|देख)~(?:nahi+n?|नहीं)~pa[\\p{L}\\p{M}]*|(?:सुन|चल|बोल|देख)~नहीं~(?:पा|सक)[\\p{L}\\p{M}]*',
  ),
  phrase('(?:in|into|admitted~(?:to|in))~(?:the~|a~)?(?:hospital|icu|nursing~home)'),
  phrase(
    '(?:hospital|aspata+l|icu|अस्पताल|आईसीयू|हॉस्पिटल)~(?:mein|me|main|में)~(?:hai|hain|admit|bha?rti|he|है|हैं|भर्ती|एडमिट)',
  ),
  phrase(
    '(?:dawa|dawai|davai|medicines?|दवा|दवाई|दवाएँ|दवाइयाँ)~(?:chal|kha|le~rah|lete|par|चल|खा|ले~रह|लेते|पर)[\\p{L}\\p{M}]*|on~(?:regular~)?medication',
  ),
  phrase(
    '(?:ilaj|ilaaj|इलाज)~(?:chal|kara|ho|kar~rah|चल|करा|हो|के~लिए)[\\p{L}\\p{M}]*|(?:under|undergoing|for)~treatment',
  ),
];
