import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from '../factories/events.js';
import { aUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

describe('the ground', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());

  it('says that it is alive and ready', async () => {
    expect((await sampark.as().get('/healthz')).body).toEqual({ status: 'alive' });
    expect((await sampark.as().get('/readyz')).body).toEqual({
      status: 'ready',
      checks: { database: true, migrations: true, queue: true },
    });
  });

  it('answers an unknown address as problem details to a program, and as a page to a reader', async () => {
    const problem = await sampark.as().get('/nowhere');
    expect(problem.status).toBe(404);
    expect(problem.headers['content-type']).toMatch('application/problem+json');
    expect(problem.body).toMatchObject({ status: 404, type: 'urn:sampark:errors.not_found' });
    const page = await sampark.browser(undefined, { lang: 'hi' }).get('/nowhere');
    expect(page.status).toBe(404);
    expect(page.text).toContain('<html lang="hi">');
  });

  it('says what is wrong with a body that it cannot read', async () => {
    const client = sampark.as();
    const malformed = await client.send('POST', '/sign-in', Buffer.from('{"login": '), {
      'content-type': 'application/json',
    });
    expect(malformed.status).toBe(400);
    expect(malformed.body).toMatchObject({ type: 'urn:sampark:errors.bad_request' });
    const unknown = await client.send('POST', '/sign-in', Buffer.from('<x/>'), { 'content-type': 'application/xml' });
    expect(unknown.status).toBe(415);
    const large = await client.send('POST', '/sign-in', Buffer.alloc(2_000_000, 'a'), {
      'content-type': 'application/json',
    });
    expect(large.status).toBe(413);
  });

  it('takes odd input for what it is: nobody can end the program or reach a fault with it', async () => {
    const convenor = sampark.as(await aUser(sampark, { role: 'district_convenor', in: 'agra' }));
    const person = { name: 'Asha', phones: ['9811111111'] };
    const wrong = async (body: object) => (await convenor.post('/sympathisers', body)).body.errors?.[0]?.field;
    // Each broke a rule that had no words: the answer about it failed, and with it the program.
    expect(await wrong({ ...person, identities: [1] })).toMatch(/^identities/);
    expect(await wrong({ ...person, purposes: ['contact', 'contact'] })).toBe('purposes');
    expect(await wrong({ ...person, name: null })).toBe('name');
    const status = async (url: string) => (await convenor.get(url)).status;
    expect(await status('/attempts?day=2026-13-45')).toBe(422);
    expect(await status('/sympathisers?q=constructor')).toBe(200);
    const huge = Buffer.from(JSON.stringify([1e20, 'x', '00000000-0000-0000-0000-000000000000'])).toString('base64url');
    const { id } = await anEvent(sampark, { in: 'agra' });
    expect(await status(`/events/${id}/door?cursor=${huge}`)).toBe(422);
    const broken = await convenor.send('POST', '/imports', Buffer.from('a=b'), {
      'content-type': 'multipart/form-data; boundary=x',
    });
    expect(broken.status).toBe(400);
  });

  it('never links to another host by an address asked for', async () => {
    const { text } = await sampark.browser().get('//evil.example/x');
    expect(text).not.toContain('href="//');
  });

  it('keeps the development mailbox from the pages of other sites', async () => {
    const statusAt = async (host: string) => (await sampark.as().get('/dev/mailbox', { host })).status;
    expect([await statusAt('localhost:3000'), await statusAt('rebound.example')]).toEqual([200, 421]);
  });

  it('describes itself at /api/openapi.json', async () => {
    const { status, body } = await sampark.as().get('/api/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\./);
  });

  it('remembers the language that the reader chose', async () => {
    const browser = sampark.browser(undefined, { lang: 'hi' });
    expect((await browser.get('/nowhere?lang=en')).text).toContain('<html lang="en">');
    expect((await browser.get('/nowhere')).text).toContain('<html lang="en">');
  });
});
