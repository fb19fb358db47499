/** A notice in one language, as migration 23 wrote it. */
interface ShippedText {
  title: string;
  say: string;
  items: { data: string; why: string; keep: string; seen: string }[];
  responsible: string;
  rights: string;
  complaint: string;
}
interface Shipped {
  id: string;
  texts: Record<'hi' | 'en', ShippedText>;
}

const item = (data: string, why: string, keep: string, seen: string) => ({ data, why, keep, seen });
const UNTIL = {
  en: 'As long as you are in the register; erased when you ask',
  hi: 'जब तक आप सूची में हैं; आपके कहने पर मिटा दिया जाता है',
};
const TEAM = {
  en: 'The team of your area and those who lead it',
  hi: 'आपके क्षेत्र की टीम और उसके प्रमुख',
};
const RIGHTS = {
  en: 'You may see what we hold, have it corrected, take it along, take back any consent, or be erased. Use the link in any of our e-mails, or tell a member of the team. It costs nothing, needs no reason, and is as easy as joining.',
  hi: 'आप देख सकते हैं कि हमारे पास क्या है, उसे ठीक करा सकते हैं, अपने साथ ले जा सकते हैं, कोई भी सहमति वापस ले सकते हैं या सब मिटवा सकते हैं। यह हमारे किसी भी ई-मेल के लिंक से हो जाता है, या टीम के किसी सदस्य को बताकर। इसमें कोई ख़र्च नहीं, कारण बताना ज़रूरी नहीं, और यह जुड़ने जितना ही आसान है।',
};
/** Who is responsible and where to complain only the organisation itself knows: blank, and so not to be published. */
const rest = (locale: 'hi' | 'en') => ({ responsible: '', rights: RIGHTS[locale], complaint: '' });

/**
 * What people were told until there were versions: the paragraph that was read out or printed, word for word. It says who
 * gets what in one breath and itemises nothing, so a draft that does lies beside it.
 */
export const FIRST_NOTICE: Shipped = {
  id: 'register-1',
  texts: {
    en: {
      title: 'What we keep about you, and for what',
      say: 'We keep your name, your numbers and what you tell us, so that the team near you can be in touch. Nobody else gets them. You can agree to each thing by itself, see what we have, and stop at any time: by telling us, or by the link in every e-mail.',
      items: [],
      responsible: '',
      rights: '',
      complaint: '',
    },
    hi: {
      title: 'हम आपके बारे में क्या रखते हैं और किसलिए',
      say: 'हम आपका नाम, नंबर और आपकी बताई बातें रखते हैं, ताकि आपके पास की टीम संपर्क रख सके। ये किसी और को नहीं दिए जाते। आप हर बात पर अलग-अलग हाँ कह सकते हैं, देख सकते हैं कि हमारे पास क्या है, और जब चाहें बंद करा सकते हैं: हमें बताकर, या हर ई-मेल में दिए लिंक से।',
      items: [],
      responsible: '',
      rights: '',
      complaint: '',
    },
  },
};

/** Itemised notices for each purpose, to be completed, looked at and published by the officer. */
export const DRAFT_NOTICES: readonly Shipped[] = [
  {
    id: 'register-2',
    texts: {
      en: {
        title: 'Being in our register',
        say: 'We keep your name, how to reach you and what you tell us, so that the team near you can be in touch. Nobody outside our organisation gets it. You can see what we have, have it corrected or erased, and stop at any time: by telling us, or by the link in every e-mail.',
        items: [
          item('Your name', 'To know whom we speak with', UNTIL.en, TEAM.en),
          item(
            'Phone and e-mail',
            'To reach you in the ways you agreed to',
            UNTIL.en,
            'The member who looks after you and those who lead the area',
          ),
          item('PIN code and district', 'To find the team near you', UNTIL.en, TEAM.en),
          item('Your names on social media, if you tell them', 'To recognise you there', UNTIL.en, TEAM.en),
          item('Your language', 'To write and speak in it', UNTIL.en, TEAM.en),
          item(
            'Year of birth, if you tell it',
            'To be sure that you are 18 or older',
            UNTIL.en,
            'Those who lead the area',
          ),
          item('When we spoke and what you told us', 'So that nobody asks you twice', UNTIL.en, TEAM.en),
          item(
            'What you agreed to, when and how',
            'To keep to it, and to prove it',
            'As long as you are in the register',
            'The team, and the data protection officer',
          ),
        ],
        ...rest('en'),
      },
      hi: {
        title: 'हमारी सूची में होना',
        say: 'हम आपका नाम, आपसे संपर्क का तरीक़ा और आपकी बताई बातें रखते हैं, ताकि आपके पास की टीम संपर्क रख सके। संगठन के बाहर ये किसी को नहीं दिए जाते। आप देख सकते हैं कि हमारे पास क्या है, उसे ठीक करा या मिटवा सकते हैं, और जब चाहें संपर्क बंद करा सकते हैं: हमें बताकर, या हर ई-मेल में दिए लिंक से।',
        items: [
          item('आपका नाम', 'ताकि पता हो कि किससे बात हो रही है', UNTIL.hi, TEAM.hi),
          item(
            'फ़ोन और ई-मेल',
            'जिस तरीक़े पर आपने हाँ कहा, उससे संपर्क करने के लिए',
            UNTIL.hi,
            'आपसे संपर्क रखने वाला सदस्य और क्षेत्र के प्रमुख',
          ),
          item('पिन कोड और ज़िला', 'आपके पास की टीम खोजने के लिए', UNTIL.hi, TEAM.hi),
          item('सोशल मीडिया पर आपका नाम, अगर आप बताएँ', 'ताकि वहाँ आपको पहचान सकें', UNTIL.hi, TEAM.hi),
          item('आपकी भाषा', 'उसी में लिखने और बात करने के लिए', UNTIL.hi, TEAM.hi),
          item('जन्म का वर्ष, अगर आप बताएँ', 'ताकि पक्का हो कि आप 18 साल या उससे ज़्यादा के हैं', UNTIL.hi, 'क्षेत्र के प्रमुख'),
          item('कब बात हुई और आपने क्या बताया', 'ताकि वही बात दोबारा न पूछी जाए', UNTIL.hi, TEAM.hi),
          item(
            'आपने किस बात पर, कब और कैसे हाँ कहा',
            'ताकि उसका पालन हो और उसका सबूत रहे',
            'जब तक आप सूची में हैं',
            'टीम और डेटा संरक्षण अधिकारी',
          ),
        ],
        ...rest('hi'),
      },
    },
  },
  {
    id: 'contact-1',
    texts: {
      en: {
        title: 'Being contacted',
        say: 'Somebody of the team near you may call or write to you, in the ways you gave us and no others. Say stop in any of them and we stop in all.',
        items: [
          item('Phone number', 'To call you, or to send a message by hand', UNTIL.en, 'The member who looks after you'),
          item('E-mail address', 'To write to you', UNTIL.en, 'The member who looks after you'),
          item(
            'WhatsApp and social media',
            'To write to you there from a member’s own account; nothing is sent by machines',
            UNTIL.en,
            'The member who looks after you',
          ),
          item('That we tried, and how it went', 'So that you are not contacted too often', UNTIL.en, TEAM.en),
        ],
        ...rest('en'),
      },
      hi: {
        title: 'आपसे संपर्क करना',
        say: 'आपके पास की टीम से आपको फ़ोन या संदेश आ सकता है, सिर्फ़ उन्हीं तरीक़ों से जो आपने बताए हैं। किसी एक पर भी मना कर दें, तो हम हर तरीक़े से संपर्क बंद कर देते हैं।',
        items: [
          item('फ़ोन नंबर', 'आपको कॉल करने या ख़ुद लिखकर संदेश भेजने के लिए', UNTIL.hi, 'आपसे संपर्क रखने वाला सदस्य'),
          item('ई-मेल पता', 'आपको ई-मेल भेजने के लिए', UNTIL.hi, 'आपसे संपर्क रखने वाला सदस्य'),
          item(
            'व्हाट्सऐप और सोशल मीडिया',
            'सदस्य के अपने खाते से आपको लिखने के लिए; मशीन से कुछ नहीं भेजा जाता',
            UNTIL.hi,
            'आपसे संपर्क रखने वाला सदस्य',
          ),
          item('कब संपर्क किया और क्या हुआ', 'ताकि आपसे बार-बार संपर्क न हो', UNTIL.hi, TEAM.hi),
        ],
        ...rest('hi'),
      },
    },
  },
  {
    id: 'invitations-1',
    texts: {
      en: {
        title: 'Invitations to meet-ups',
        say: 'We may invite you to meet-ups near you, by the ways you gave us. Each invitation has a link to stop them.',
        items: [
          item(
            'Name, e-mail and phone',
            'To send the invitation, changes and cancellations',
            UNTIL.en,
            'Those who organise the meet-up see the name, not the number',
          ),
          item('Your answer and how many come along', 'To plan the places', UNTIL.en, 'Those who organise the meet-up'),
          item('That you came', 'To know who was there', UNTIL.en, 'Those who organise the meet-up, and your team'),
        ],
        ...rest('en'),
      },
      hi: {
        title: 'कार्यक्रमों का निमंत्रण',
        say: 'हम आपको आपके पास के कार्यक्रमों में बुला सकते हैं, उन्हीं तरीक़ों से जो आपने बताए हैं। हर निमंत्रण में आगे के निमंत्रण बंद करने का लिंक होता है।',
        items: [
          item(
            'नाम, ई-मेल और फ़ोन',
            'निमंत्रण, बदलाव और रद्द होने की ख़बर भेजने के लिए',
            UNTIL.hi,
            'कार्यक्रम कराने वालों को नाम दिखता है, नंबर नहीं',
          ),
          item('आपका उत्तर और साथ आने वालों की गिनती', 'जगह का इंतज़ाम करने के लिए', UNTIL.hi, 'कार्यक्रम कराने वाले'),
          item('आप आए या नहीं', 'ताकि पता रहे कौन-कौन आया', UNTIL.hi, 'कार्यक्रम कराने वाले और आपकी टीम'),
        ],
        ...rest('hi'),
      },
    },
  },
  {
    id: 'photos-1',
    texts: {
      en: {
        title: 'Photos at events',
        say: 'Pictures and videos are taken at our events. If you agree, you may be seen in them on our own pages. If not, tell the photographer, and we leave you out.',
        items: [
          item(
            'Pictures and videos in which you can be recognised',
            'To show on our pages what happened',
            'Until you ask us to take them down',
            'Everybody who visits our pages',
          ),
        ],
        ...rest('en'),
      },
      hi: {
        title: 'कार्यक्रमों की फ़ोटो',
        say: 'हमारे कार्यक्रमों में फ़ोटो और वीडियो लिए जाते हैं। आप हाँ कहें तो हमारे पेजों पर उनमें दिख सकते हैं। नहीं चाहते, तो फ़ोटो लेने वाले को बता दें, हम आपको नहीं दिखाएँगे।',
        items: [
          item(
            'फ़ोटो और वीडियो जिनमें आप पहचाने जा सकें',
            'कार्यक्रम में क्या हुआ, यह अपने पेजों पर दिखाने के लिए',
            'जब तक आप हटाने को न कहें',
            'हमारे पेज देखने वाले सब लोग',
          ),
        ],
        ...rest('hi'),
      },
    },
  },
];
