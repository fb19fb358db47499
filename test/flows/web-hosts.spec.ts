import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AttemptsService, PER_ADDRESS } from '../../src/access/sign-in/attempts.service.js';
import { aUser } from '../factories/users.js';
import { listening, raw } from '../support/raw-client.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const OURS = 'Host: sampark.example.org';

/** As in production, where nothing but the configuration says what we are called. */
const inProduction = (env: Record<string, string> = {}) =>
  aSampark({ env: { NODE_ENV: 'production', SMTP_URL: 'smtp://127.0.0.1:9', ...env } });

async function failedTries(sampark: Sampark, address: string) {
  for (let i = 0; i < PER_ADDRESS; i++)
    await sampark.get(AttemptsService).limit(`nobody-${i}@example.org`, address, async () => null);
}

const signIn = (port: number, ...headers: string[]) => {
  const body = JSON.stringify({ login: 'nobody@example.org', password: 'not it' });
  const head = [
    'POST /sign-in HTTP/1.1',
    OURS,
    ...headers,
    'Accept: application/json',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  return raw(port, head, body);
};

describe('without a proxy', () => {
  let sampark: Sampark;
  let port: number;
  beforeAll(async () => {
    sampark = await inProduction({ ALLOWED_HOSTS: 'old.example.org' });
    port = await listening(sampark);
  });
  afterAll(() => sampark?.close());

  it('answers to its own names', async () => {
    for (const host of ['sampark.example.org', 'sampark.example.org:443', 'old.example.org'])
      expect((await raw(port, ['GET /sign-in HTTP/1.1', `Host: ${host}`])).status).toBe(200);
  });

  it('answers to no other, and tells so in words', async () => {
    for (const host of ['evil.example', 'localhost', `127.0.0.1:${port}`, '']) {
      const { status, text } = await raw(port, ['GET /sign-in HTTP/1.1', `Host: ${host}`, 'Accept: application/json']);
      expect([host, status]).toEqual([host, 421]);
      expect(text).toContain('urn:sampark:errors.wrong_host');
      expect(text).not.toContain('set-cookie');
    }
    const proxied = await raw(port, ['GET http://sampark.example.org/sign-in HTTP/1.1', OURS]);
    expect(proxied.status).toBe(421);
    expect((await raw(port, ['GET /sign-in?lang=en HTTP/1.1', 'Host: evil.example'])).text).not.toContain('set-cookie');
  });

  it('answers to a load balancer that asks by address', async () => {
    for (const path of ['/healthz', '/readyz'])
      expect((await raw(port, [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`])).status).toBe(200);
  });

  it('believes no forwarded name', async () => {
    const forwarded = 'X-Forwarded-Host: sampark.example.org';
    expect((await raw(port, ['GET /sign-in HTTP/1.1', 'Host: evil.example', forwarded])).status).toBe(421);
    expect((await raw(port, ['GET /sign-in HTTP/1.1', OURS, 'X-Forwarded-Host: evil.example'])).status).toBe(200);
  });

  it('believes no forwarded address: who guesses from one machine is stopped whatever they say', async () => {
    await failedTries(sampark, '127.0.0.1');
    for (const header of ['X-Forwarded-For: 203.0.113.9', 'X-Real-IP: 203.0.113.9', 'Forwarded: for=203.0.113.9'])
      expect((await signIn(port, header)).status).toBe(429);
  });
});

describe('behind a proxy that is configured', () => {
  let sampark: Sampark;
  let port: number;
  beforeAll(async () => {
    sampark = await inProduction({ TRUSTED_PROXIES: '127.0.0.1' });
    port = await listening(sampark);
  });
  afterAll(() => sampark?.close());

  it('takes the name and the address that the proxy says, and of a list the ones it added itself', async () => {
    const inside = 'Host: inside:3000';
    expect((await raw(port, ['GET /sign-in HTTP/1.1', inside, 'X-Forwarded-Host: sampark.example.org'])).status).toBe(
      200,
    );
    for (const host of ['evil.example', 'sampark.example.org, evil.example'])
      expect((await raw(port, ['GET /sign-in HTTP/1.1', inside, `X-Forwarded-Host: ${host}`])).status).toBe(421);
    await failedTries(sampark, '203.0.113.9');
    expect((await signIn(port, 'X-Forwarded-For: 203.0.113.9')).status).toBe(429);
    // What the client wrote stands before what the proxy adds, and doesn't count.
    expect((await signIn(port, 'X-Forwarded-For: 198.51.100.1, 203.0.113.9')).status).toBe(429);
    expect((await signIn(port, 'X-Forwarded-For: 203.0.113.9, 198.51.100.1')).status).toBe(401);
  });
});

it('puts no name that a request says into a mail (T5)', async () => {
  const sampark = await aSampark();
  try {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const newcomer = { name: 'New One', email: 'new@example.org', role: 'team_member', territory: 'agra' };
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' };
    const refused = await sampark.as(convenor).post('/users', newcomer, { ...headers, host: 'evil.example' });
    expect(refused.status).toBe(421);
    expect((await sampark.as(convenor).post('/users', newcomer, headers)).status).toBe(201);
    await sampark.drain();
    const mails = await sampark.mails();
    expect(mails).toHaveLength(1);
    expect(mails[0]!.text).toContain('https://sampark.example.org/welcome/');
    expect(mails[0]!.text! + String(mails[0]!.html)).not.toContain('evil');
  } finally {
    await sampark.close();
  }
});
