import { describe, expect, it } from '@jest/globals';
import { verdictOn } from './stop-words.js';

describe('a reply asks to stop', () => {
  it.each([
    'STOP',
    'Stop.',
    'stop!!!',
    'unsubscribe',
    'Please unsubscribe me from your list',
    'Remove me',
    'remove my name and number from this list please',
    'Please stop sending me these mails.',
    "Don't send me any more e-mails",
    'do not contact me again',
    'Do not call me',
    'No more mails please',
    'opt out',
    'delete my data',
    'band karo',
    'Band kar do',
    'please band kijiye',
    'mat bhejo',
    'mujhe mail mat bhejo',
    'ye message mat bhejiye',
    'phone mat karo',
    'mail nahi chahiye',
    'mera naam hata do',
    'mera number list se hatao',
    'mail bhejna band karo',
    'रुको',
    'बंद करो',
    'बन्द कर दीजिए',
    'हटाओ',
    'मेरा नाम हटा दो',
    'कृपया मेरा नाम अपनी सूची से हटा दें',
    'मुझे मेल मत भेजो',
    'संदेश न भेजें',
    'फ़ोन मत कीजिए',
    'मुझे मेल नहीं चाहिए।',
    'स्टॉप',
    'STOP\n\nRamesh Kumar\nLucknow',
    'नमस्ते,\nकृपया मेल भेजना बंद करें।\nधन्यवाद\nसुनीता वर्मा',
  ])('%j', (text) => expect(verdictOn(text)).toBe('stop'));
});

describe('a reply is for a person to look at', () => {
  it.each([
    "Don't stop",
    'please do not stop these mails',
    'band mat karo',
    'बंद मत करो',
    'मत रोको',
    'बंद न करें',
    'Can you stop?',
    'How do I unsubscribe?',
    'kya main band kar sakta hoon',
    'क्या आप मेल बंद करेंगे?',
    'Stop the mails but call me',
    'Only stop the calls',
    'stop until the elections are over',
    'sirf phone mat karo, mail bhejo',
    'We must stop corruption in this city',
    'The bus stop is near the park',
    'बस स्टॉप पर मिलेंगे',
    'STOP. Ye mere bhai ka number hai, uska naam Suresh hai aur wo Kanpur mein rehta hai, usko call karna',
    'I can’t stop smiling',
    'kal tak band rakho',
  ])('%j', (text) => expect(verdictOn(text)).toBe('unsure'));
});

describe('a reply says nothing of stopping', () => {
  it.each(['', 'Yes, I will come', 'हाँ, आऊँगा', 'Thank you for the invitation', 'मैं नहीं आ पाऊँगा', 'ok', 'Where is it?'])(
    '%j',
    (text) => expect(verdictOn(text)).toBe('none'),
  );
});
