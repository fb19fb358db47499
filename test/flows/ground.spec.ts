import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
