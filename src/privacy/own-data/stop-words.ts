/**
 * Whether a reply asks us to stop, out of the words that are new in it. It is sure only of what is plain: a line that says
 * stop, and nothing else that could mean more. Whatever else has such a word in it goes to a person's look.
 */
export type Verdict = 'stop' | 'unsure' | 'none';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** That it should end: in English, in Hindi, and in Hindi as it is typed with Latin letters. */
const CEASE = new Set(
  words(`
    stop stopp unsubscribe unsubscribed unsub remove removed delete deleted optout quit
    band bandh bund rok roko roko rokiye rokie roken rokein ruko rukiye ruk hata hatao hataye hataiye hatado hatadijiye hataen nikalo nikal nikaliye
    बंद बन्द रोको रोक रोकिए रोकिये रोकें रोकदो रुको रुकिए रुकिये रुकें रुक हटाओ हटा हटाइए हटाइये हटाएं हटाये हटाए हटवाओ हटवाइए हटवा हटादो
    निकालो निकाल निकालिए निकालें मिटाओ मिटा स्टॉप स्टाप अनसब्सक्राइब डिलीट रिमूव`).map(plain),
);
/** What we do to them: not this means stop. */
const REACH = new Set(
  words(`
    send sending mail mails mailing email emails emailing message messages messaging sms msg msgs call calls calling phone contact contacting
    write writing text texting invite inviting invitation invitations disturb bother spam
    bhejo bhejiye bhejie bhejna bhejen bhejein bheje bhej bhejiyega kijiye kariye karo karna kijiyega karen karein chahiye chaiye chahie
    भेजो भेजिए भेजिये भेजना भेजें भेजे भेज भेजिएगा करो कीजिए कीजिये करिए करना करें कीजिएगा चाहिए चाहिये फोन कॉल मेल ईमेल मैसेज संदेश संपर्क निमंत्रण`).map(
    plain,
  ),
);
const NOT = new Set(
  words(`not never dont don't doesnt doesn't cant can't cannot wont won't didn't
    mat mut nahi nahin nhi nahee na मत नहीं नही न ना`).map(plain),
);
/** Says nothing of its own beside one of those. */
const FILLS = new Set(
  words(`
    please pls plz kindly just i me my mine we us our name names number numbers address id from your you the a an any more all every everything
    this these that those it list lists register database data group now immediately today sir madam ji jee hi hello dear team thanks thank
    regards want wish would like to do be of on at in for and or get getting receive receiving further future again anymore no up out opt off e ok okay am is are have been will
    kar karo kardo krdo krdijiye karne dijiye dijie do de dena dein den diya jaye jaaye kijiye kijie kariye karein karen karna karke ye yeh yah wo sab sabhi abhi turant kripya krupya
    mujhe mujhko humko hame hamen mera meri mere naam se ko ka ki ke hai hain bhai bhaiya aap apna apni apne aapki aapke aage ab aur koi kuch bhi hi phir dobara kabhi list me mein main message whatsapp
    कृपया मुझे मुझको हमें हमको मेरा मेरी मेरे नाम नंबर नम्बर पता यह ये वो वह सब सभी सारे अब अभी तुरंत तुरन्त कर करो कर करें करे करने कीजिए कीजिये करिए करना कराओ कराइए करवा करवाओ दो दे देना दीजिए दीजिये दें दिया जाए
    से को का की के में मैं है हैं हूं जी भाई भैया आप आपकी आपके आपका अपना अपनी अपने आगे और कोई कुछ भी ही फिर दोबारा कभी सूची लिस्ट रजिस्टर ग्रुप ई इस इन हमारा हमारी प्लीज धन्यवाद नमस्ते नमस्कार श्रीमान महोदय व्हाट्सएप`).map(
    plain,
  ),
);
/** Makes it mean something narrower, later, or else. */
const TURNS = new Set(
  words(`
    but only except unless until till before after later instead tomorrow week weeks month months year evening morning night yes yeah sure come coming
    lekin magar par sirf bas jab tak baad pehle kal shaam subah raat hafte mahine saal haan han ha aaunga aaungi aayenge aa
    लेकिन मगर पर परंतु परन्तु सिर्फ केवल बस जब तक बाद पहले कल शाम सुबह रात हफ्ते महीने साल हां आऊंगा आऊंगी आएंगे आ`).map(plain),
);
const ASKS = new Set(
  words(
    `why how when what who which where can could does did kya kyon kyun kyu kab kaise kaun क्या क्यों क्यूं कब कैसे कौन`,
  ).map(plain),
);

/** Letters as they are compared: no case, no dot below, one kind of nasal sign, no invisible joiners. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u093c\u200b-\u200d\ufeff\u00ad]/g, '')
    .normalize('NFC')
    .replaceAll('\u0901', '\u0902')
    .replaceAll('\u2019', "'")
    .toLowerCase();
}

const tokensOf = (line: string): string[] =>
  plain(line)
    .replaceAll('opt out', 'optout')
    .match(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}]+)?/gu) ?? [];

/** So many words beside the line that says it are a name or a greeting. */
const MOST_BESIDE = 4;
/** How far a "not" reaches. */
const NEAR = 3;

/** @param text what the writer has typed, without quotation and signature; line breaks count */
export function verdictOn(text: string): Verdict {
  const lines = text
    .split(/\r?\n|[.!।;,]+(?=\s|$)/)
    .map(tokensOf)
    .filter((tokens) => tokens.length);
  const all = lines.flat();
  const saying = lines.filter((tokens) => says(tokens));
  if (!saying.length) return all.some((token) => CEASE.has(token)) ? 'unsure' : 'none';
  if (/[?\uff1f]/.test(text) || all.some((token) => ASKS.has(token) || TURNS.has(token))) return 'unsure';
  if (lines.some(takesBack)) return 'unsure';
  if (saying.some((tokens) => tokens.some((token) => !isKnown(token)))) return 'unsure';
  const beside = lines.filter((tokens) => !saying.includes(tokens)).flat();
  return beside.filter((token) => !isKnown(token)).length <= MOST_BESIDE ? 'stop' : 'unsure';
}

const isKnown = (token: string): boolean =>
  [CEASE, REACH, NOT, FILLS].some((set) => set.has(token)) || /^\d{1,4}$/.test(token);

/** The line says that it should end, or that we should not. */
function says(tokens: string[]): boolean {
  return tokens.some((token) => CEASE.has(token)) || refuses(tokens) || noMore(tokens);
}

/** "mat bhejo", "फ़ोन मत करो", "don't call": a "not" right at what we do. */
const refuses = (tokens: string[]): boolean =>
  tokens.some((token, at) => NOT.has(token) && around(tokens, at).some((near) => REACH.has(near)));
const noMore = (tokens: string[]): boolean => {
  const at = tokens.indexOf('no');
  return at >= 0 && tokens[at + 1] === 'more' && tokens.slice(at + 2, at + 2 + NEAR).some((token) => REACH.has(token));
};

/** "don't stop", "band mat karo": the "not" is at the ending itself. */
const takesBack = (tokens: string[]): boolean =>
  tokens.some((token, at) => NOT.has(token) && around(tokens, at, 2).some((near) => CEASE.has(near)));

const around = (tokens: string[], at: number, near = NEAR): string[] => [
  ...tokens.slice(Math.max(0, at - near), at),
  ...tokens.slice(at + 1, at + 1 + near),
];
