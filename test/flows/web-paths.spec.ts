import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Row, World } from '../permissions/rows.js';
import { pathOf, tables, things } from '../permissions/tables.js';
import { aWorld } from '../permissions/world.js';
import { aSympathiser } from '../factories/sympathisers.js';
import type { Answer } from '../support/client.js';
import { listening, plainly } from '../support/raw-client.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let world: World;
let port: number;
beforeAll(async () => {
  sampark = await aSampark();
  port = await listening(sampark);
  world = await aWorld(sampark);
});
afterAll(() => sampark?.close());

/** Every page and list that not everybody may see, by the table of permissions. */
const guarded = tables
  .flatMap(({ rows }) => rows)
  .filter((row) => row.route.startsWith('GET ') && row.allowed !== 'anyone' && row.route !== 'GET /');

/** Ways to write an address that some proxy, framework or file system takes for the same. */
const WAYS: Record<string, (path: string) => string> = {
  'a doubled slash': (path) => `/${path}`,
  'doubled slashes within': (path) => path.replaceAll('/', '//'),
  'a trailing slash': (path) => `${path}/`,
  'an encoded slash before': (path) => `/%2f${path.slice(1)}`,
  'an encoded slash within': (path) => path.slice(0, 1) + path.slice(1).replaceAll('/', '%2F'),
  'an encoded slash behind': (path) => `${path}%2f`,
  'a slash encoded twice': (path) => path.slice(0, 1) + path.slice(1).replaceAll('/', '%252f'),
  'a dot before': (path) => `/.${path}`,
  'dots behind': (path) => `${path}/x/..`,
  'dots and a semicolon': (path) => `/sign-in/..;${path}`,
  'encoded dots': (path) => `/assets/%2e%2e${path}`,
  'a backslash': (path) => path.replace('/', '/\\'),
  'backslashes for slashes': (path) => path.slice(0, 1) + path.slice(1).replaceAll('/', '\\'),
  'upper case': (path) => path.toUpperCase(),
  'a parameter behind a semicolon': (path) => `${path};jsessionid=1`,
  'an encoded letter': (path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'an encoded question mark': (path) => `${path}%3fx=1`,
  'a NUL': (path) => `${path}%00`,
  'a line break': (path) => `${path}%0d%0aX:y`,
  'an ending': (path) => `${path}.json`,
  'a tab before': (path) => `/%09${path.slice(1)}`,
};

const HOST = 'sampark.example.org';
const HTML = { accept: 'text/html' };
const get = (url: string, headers: Record<string, string>) => plainly(port, 'GET', url, { host: HOST, ...headers });

describe.each(guarded)('$route', (row) => {
  it('gives nobody more, however its address is written', async () => {
    const { path, query } = await address(row);
    const program = { accept: 'application/json' };
    const asked: Record<string, Record<string, string>> = {
      nobody: program,
      'nobody with a browser': HTML,
      'the least role': { ...program, authorization: `Bearer ${world.users.team_member.token}` },
    };
    const wrong: string[] = [];
    for (const [who, headers] of Object.entries(asked)) {
      const plain = await get(path + query, headers);
      for (const [way, write] of Object.entries(WAYS)) {
        const answer = await get(write(path) + query, headers);
        // Refused in words, whatever the reason; or the very same answer, where the router takes it for the same address.
        if (answer.status >= 400 && answer.status < 500 && /urn:sampark:errors|<main/.test(answer.text)) continue;
        if (
          answer.status !== plain.status ||
          (answer.status === 303 && !/^\/sign-in\?/.test(String(answer.headers.location)))
        )
          wrong.push(`${who}, ${way}: ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('answers HEAD as it answers GET, without a body', async () => {
    const { path, query } = await address(row);
    for (const user of [undefined, ...Object.values(world.users)])
      for (const headers of [{}, HTML]) {
        const got = await sampark.as(user).get(path + query, headers);
        const head = await sampark.as(user).send('HEAD', path + query, undefined, headers);
        expect([head.status, head.headers.location, head.text]).toEqual([got.status, got.headers.location, '']);
      }
  });

  it('has no other method, and none by the way round', async () => {
    const { path } = await address(row);
    for (const method of ['OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'] as const) {
      const answer = await plainly(port, method, path, {
        host: HOST,
        authorization: `Bearer ${world.users.state_admin.token}`,
        origin: 'https://evil.example',
        'access-control-request-method': 'GET',
      });
      expect([method, answer.status]).toEqual([method, 404]);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});

it('has nothing behind other ways to write a public address, either', async () => {
  for (const write of Object.values(WAYS)) {
    const url = write('/sign-in');
    expect([403, 404, 200]).toContain((await get(url, HTML)).status);
  }
});

it('asks for the method that is used, whatever a header or field says', async () => {
  const { state_admin: admin } = world.users;
  const person = await aSympathiser(sampark, { in: world.district.code });
  const count = async () =>
    (await sampark.sql<{ n: number }>(`SELECT count(*)::int AS n FROM people WHERE erased_at IS NULL`))[0]!.n;
  const before = await count();
  for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override'])
    for (const method of ['POST', 'DELETE']) {
      expect((await sampark.as(admin).get('/sympathisers', { [header]: method })).status).toBe(200);
      const put = await sampark.as(admin).send('PUT', `/sympathisers/${person.id}`, {}, { [header]: 'POST' });
      expect(put.status).toBe(404);
    }
  expect((await sampark.as(admin).get('/sympathisers?_method=DELETE')).status).toBe(422);
  expect((await sampark.as(admin).get('/users/new', { 'x-original-url': '/audit', 'x-rewrite-url': '/audit' })).body).not.toHaveProperty('items'); // prettier-ignore
  expect(await count()).toBe(before);
});

it('writes down whom a HEAD was about, as for a GET', async () => {
  const person = await aSympathiser(sampark, { in: world.district.code });
  const entries = async () => {
    const answer = await sampark.as(world.users.state_admin).get(`/audit?limit=200`);
    return (answer.body.items as { people?: string[] }[]).filter((entry) => entry.people?.includes(person.id)).length;
  };
  const before = await entries();
  const answer: Answer = await sampark.as(world.users.district_convenor).send('HEAD', `/sympathisers/${person.id}`);
  expect([answer.status, answer.text]).toEqual([200, '']);
  expect(await entries()).toBe(before + 1);
});

/** The address of a thing of the row in the district, and what the row asks with. */
async function address(row: Row): Promise<{ path: string; query: string }> {
  const as = world.users.district_convenor;
  const at = world.district;
  const made = row.thing ? await things[row.thing]!(world, at, as) : {};
  const sent = row.send?.(made, { world, at, as });
  return {
    path: pathOf(row, row.route.slice(4), made),
    query: sent ? `?${new URLSearchParams(sent as Record<string, string>).toString()}` : '',
  };
}
