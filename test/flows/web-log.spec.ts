import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let convenor: AUser;
const lines: string[] = [];
beforeAll(async () => {
  sampark = await aSampark({ env: { LOG_LEVEL: 'trace' }, log: { write: (line) => void lines.push(line) } });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

it('logs route patterns and ids, and never what an address, a form or a header says', async () => {
  const secrets = [
    '9876543210',
    'Sunita',
    'r.AbCdEfGhIjKl',
    'a-password-of-mine',
    'bearer-that-is-none',
    'cursor-of-mine',
  ];
  const [phone, name, token, password, bearer, cursor] = secrets as [string, string, string, string, string, string];
  lines.length = 0;
  const statuses: number[] = [];
  const ask = async (answer: Promise<{ status: number }>) => statuses.push((await answer).status);
  await ask(sampark.as(convenor).get(`/sympathisers?q=${phone}`));
  await ask(sampark.as(convenor).get(`/sympathisers?q=${name}&cursor=${cursor}`));
  await ask(sampark.browser(convenor).get(`/sympathisers?q=${name}`));
  await ask(sampark.as().get(`/rsvp/${token}`));
  await ask(sampark.as().post(`/unsubscribe/${token}`));
  await ask(sampark.as().get(`/nowhere/${token}?q=${phone}`));
  await ask(sampark.as().get(`/rsvp/${token}%E0%A4%?q=${phone}`));
  await ask(sampark.as().get(`/rsvp/${token}${'x'.repeat(9000)}`));
  await ask(sampark.as().get(`/sympathisers?q=${phone}`, { host: `${name}.example` }));
  await ask(sampark.as({ token: bearer }).get('/sympathisers'));
  await ask(sampark.as().post('/sign-in', { login: phone, password }));
  await ask(sampark.as(convenor).post('/sympathisers', { name, phones: [phone, 'x'], odd: token }));
  await ask(sampark.as().send('POST', '/sign-in', Buffer.from(`{"login": ${phone}`), { 'content-type': 'application/json' })); // prettier-ignore
  expect(statuses).toEqual([200, 422, 200, 404, 404, 404, 404, 414, 421, 401, 401, 422, 400]);
  const log = lines.join('');
  expect(log).toContain('"route":"/sympathisers"');
  expect(log).toContain('"route":"/rsvp/:token"');
  expect(lines.length).toBeGreaterThanOrEqual(2 * statuses.length);
  const mine = [convenor.token, convenor.cookie.split('=')[1]!];
  expect([...secrets, ...mine].filter((secret) => log.includes(secret))).toEqual([]);
});
