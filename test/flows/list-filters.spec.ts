import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let state: AUser;
let agra: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  state = await aUser(sampark, { role: 'state_admin', in: 'up' });
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const list = (by: AUser, query: string) => sampark.browser(by).get(`/sympathisers?lang=en&${query}`);
/** Where the page leads to keep these people as a list, and to take them out. */
const leadsTo = (text: string) =>
  [...text.matchAll(/href="\/(segments|exports)\/new\?([^"]*)"/g)].map(([, what, query]) => [
    what,
    query!.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='),
  ]);

describe('what is made from the list', () => {
  it('is of the territory that is looked into, given by code or id, which the form keeps', async () => {
    const [mathura] = await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'mathura'`);
    for (const given of ['mathura', mathura!.id]) {
      const { text } = await list(state, `territory=${given}`);
      expect(text).toContain(`<option value="${mathura!.id}" selected>Mathura`);
      expect(leadsTo(text)).toEqual([
        ['segments', `territory=${mathura!.id}`],
        ['exports', `territory=${mathura!.id}`],
      ]);
    }
  });

  it('keeps a territory that the form doesn’t offer, as of a whole state', async () => {
    const [small] = await sampark.sql<{ id: string; name_en: string }>(
      `SELECT id, name_en FROM territories WHERE level NOT IN ('state', 'region', 'district', 'mandal') AND to_on IS NULL
        AND name_en !~ '[^A-Za-z ]' ORDER BY path LIMIT 1`,
    );
    const { text } = await list(state, `territory=${small!.id}`);
    expect(text).toContain(`<option value="${small!.id}" selected>${small!.name_en}`);
  });

  it.each(['q=Ramesh', 'waiting=true', 'consent=none', `assignedTo=01a217cf-fc8a-745a-bf14-9bacc8b594fa`])(
    'is never more than what is shown: nothing is made where %s is asked for, and the page says so',
    async (asked) => {
      const { text } = await list(agra, `language=hi&${asked}`);
      expect(leadsTo(text)).toEqual([]);
      expect(text).toContain('can’t be kept as a list');
    },
  );

  it('of a saved list is that list alone; narrowed further it is none', async () => {
    const saved = await sampark.as(agra).post('/segments', { name: 'On X', platform: 'x' });
    const { id } = saved.body as { id: string };
    expect(leadsTo((await list(agra, `segment=${id}`)).text)).toEqual([['exports', `segment=${id}`]]);
    expect(leadsTo((await list(agra, `segment=${id}&language=hi`)).text)).toEqual([]);
  });

  it('holds those whom the list shows: who speaks a language as well is of it in both', async () => {
    const own = await aSympathiser(sampark, { in: 'agra', language: 'ur' });
    const also = await aSympathiser(sampark, { in: 'agra', language: 'hi' });
    await sampark.sql(`UPDATE people SET also_speaks = '{ur}' WHERE id = $1`, [also.id]);
    const shown = (await sampark.as(agra).get('/sympathisers?language=ur')).body.items.map(
      ({ id }: { id: string }) => id,
    );
    expect(shown).toEqual([own.id, also.id]);
    const [, [, query]] = leadsTo((await list(agra, 'language=ur')).text) as [unknown, [string, string]];
    expect((await sampark.as(agra).get(`/exports/new?${query}`)).body.count).toBe(2);
  });
});
