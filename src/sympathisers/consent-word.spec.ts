import { describe, expect, it } from '@jest/globals';
import { parseConsent } from './consent-word.js';

describe('parseConsent', () => {
  it.each('Yes,yes,Y,1,१,TRUE,haan,Han ji,ji,हाँ,हां,जी हाँ,सहमत,OK,agreed,✓,yes by phone'.split(','))(
    '%j is given',
    (text) => expect(parseConsent(text)).toBe('given'),
  );

  it.each(
    'no,N,0,०,FALSE,STOP,stop!,नहीं,नही,मना,मना किया,nahi,ji nahin,please stop,फ़ोन मत करो,Do not contact,✗'.split(','),
  )('%j is refused', (text) => expect(parseConsent(text)).toBe('refused'));

  it.each('maybe,शायद,no objection,कोई आपत्ति नहीं,?!x,call later'.split(','))('%j is unknown', (text) =>
    expect(parseConsent(text)).toBe('unknown'),
  );

  it.each(['', '  ', '-', '?', 'N/A', 'NA'])('%j is blank', (text) => expect(parseConsent(text)).toBe('blank'));
});
