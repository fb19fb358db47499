import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aSeal } from '../factories/joining.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const SITES = ['https://www.example.org', 'https://party.example:8443'];

const framing = (headers: Record<string, unknown>) => [
  /frame-ancestors ([^;]+)/.exec(String(headers['content-security-policy']))?.[1]?.trim(),
  headers['x-frame-options'],
];
const NOWHERE = ["'none'", 'DENY'];

describe('the form in a frame', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark({ env: { JOIN_EMBED_SITES: SITES.join(', ') } });
  });
  afterAll(() => sampark?.close());

  it.each(['/join/embed', '/join/embed?lang=en', '/join/embed/abc234', '/join/embed/sent'])(
    'may stand in the named sites’ pages, and in no other: %s',
    async (path) => {
      const page = await sampark.browser().get(path);
      expect([page.status, framing(page.headers)]).toEqual([200, [SITES.join(' '), undefined]]);
    },
  );

  it.each([
    '/',
    '/join',
    '/join/abc234',
    '/join/sent',
    '/privacy',
    '/sign-in',
    '/join/confirm/x',
    '/rsvp/x',
    '/nowhere',
  ])('is the only page that may: not %s', async (path) => {
    expect(framing((await sampark.browser().get(path)).headers)).toEqual(NOWHERE);
  });

  it('shows in its frame what was refused, too, and stays in it and in its language without a cookie', async () => {
    const browser = sampark.browser(undefined, { lang: 'hi' });
    const page = await browser.get('/join/embed?lang=en');
    expect(page.text).toContain('action="/join/embed?lang&#x3D;en"');
    const refused = await browser.post('/join/embed?lang=en', { name: 'Asha', seal: aSeal(sampark) });
    expect([refused.status, framing(refused.headers)]).toEqual([422, [SITES.join(' '), undefined]]);
    expect(refused.text).toContain('Please say that you are 18 or older');
    const fields = {
      name: 'Asha',
      email: 'frame@example.org',
      adult: 'true',
      purposes: 'register',
      seal: aSeal(sampark),
    };
    const sent = await browser.post('/join/embed?lang=en', fields);
    expect(sent).toMatchObject({ status: 303, location: '/join/embed/sent?lang=en' });
    expect(framing(sent.headers)).toEqual([SITES.join(' '), undefined]);
    await sampark.drain();
    const [letter] = await sampark.mails();
    await sampark.as().post(/\/join\/confirm\/\S+/.exec(letter!.text!)![0]);
    expect(await sampark.sql('SELECT source FROM people')).toEqual([{ source: '/join/embed' }]);
  });

  it('takes no form that another site sends in somebody’s name', async () => {
    const answer = await sampark.as().post('/join/embed', { name: 'Asha' }, { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(403);
  });
});

describe('without a site that is named', () => {
  it('the form stands in no frame at all', async () => {
    const sampark = await aSampark();
    try {
      for (const path of ['/join/embed', '/join/embed/sent'])
        expect(framing((await sampark.browser().get(path)).headers)).toEqual(NOWHERE);
    } finally {
      await sampark.close();
    }
  });
});
