import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const NUMBER = '+919876511111';

describe('what is offered on the page', () => {
  it.each(['data_protection_officer', 'it_centre_operator', 'district_convenor', 'state_admin', 'team_member'])(
    'may be done by the %s who sees it',
    async (role) => {
      const user = await aUser(sampark, { role, in: role === 'state_admin' ? 'up' : 'agra' });
      const { id } = await aSympathiser(sampark, {
        in: 'agra',
        phones: [NUMBER],
        identities: [{ platform: 'x', handle: `offered_${role}` }],
        ...(role === 'team_member' && { assignedTo: user.id }),
      });
      const [person] = await sampark.sql<{ path: string }>('SELECT path FROM people WHERE id = $1', [id]);
      await sampark.sql(
        `INSERT INTO person_suggestions (person_id, id, path, field, value, why) VALUES ($1, $2, $3, 'pin', '282001', 'join_form')`,
        [id, uuidv7(), person!.path],
      );
      const { text, status } = await sampark.browser(user).get(`/sympathisers/${id}`);
      expect(status).toBe(200);
      const main = text.slice(text.indexOf('<main'), text.indexOf('</main>'));
      // Of somebody else: whether they may is asked first, and nothing is done.
      const ofNobody = (address: string) => address.replaceAll(id, uuidv7()).replaceAll('&amp;', '&').split('?')[0]!;
      const forms = [...main.matchAll(/<form[^>]* method="post"[^>]* action="([^"]+)"/g)].map(([, to]) =>
        ofNobody(to!),
      );
      const links = [...main.matchAll(/ href="(\/[^"]*)"/g)].map(([, to]) => ofNobody(to!));
      const refused: string[] = [];
      for (const to of new Set(forms)) if ((await sampark.as(user).post(to, {})).status === 403) refused.push(to);
      for (const to of new Set(links)) if ((await sampark.as(user).get(to)).status === 403) refused.push(to);
      expect(refused).toEqual([]);
      if (role === 'data_protection_officer') expect(forms).toEqual([]);
      else expect(forms.length).toBeGreaterThan(8);
    },
  );
});
