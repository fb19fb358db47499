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
const page = async (id: string, more = '') => (await sampark.as(agra).get(`/sympathisers/${id}?lang=en${more}`)).body;

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

describe('what they like', () => {
  it('keeps the rest of their order when the form names another first, and none when it names none', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const wish = (wishes: object) => sampark.as(agra).post(`/sympathisers/${id}/wishes`, wishes);
    const order = async () => (await page(id)).wishes.order.map(({ value }: { value: string }) => value);
    await wish({ order: ['email', 'telegram', 'phone'] });
    const form = await sampark.browser(agra).get(`/sympathisers/${id}`);
    expect(form.text).toMatch(/<select[^>]* name="first"/);
    expect(form.text).not.toMatch(/<select[^>]* name="order"/);
    // The form sends what it shows: another time of day changes nothing else.
    expect((await wish({ first: 'email', times: ['morning'] })).status).toBe(200);
    expect(await order()).toEqual(['email', 'telegram', 'phone']);
    await wish({ first: 'phone' });
    expect(await order()).toEqual(['phone', 'email', 'telegram']);
    expect((await wish({ first: 'pigeon' })).status).toBe(422);
    await wish({ first: '' });
    expect(await order()).toEqual([]);
  });
});

describe('a number in common', () => {
  it('makes a household by one rule: one that is dead for either of them connects nobody', async () => {
    const shared = '+919876522222';
    const one = await aSympathiser(sampark, { in: 'agra', name: 'Wife', phones: [shared] });
    const two = await aSympathiser(sampark, { in: 'agra', name: 'Husband', phones: [shared] });
    const seen = async (id: string) => {
      const { reach, household } = await page(id);
      const ids = (list: { id: string }[]) => list.map((other) => other.id);
      return [ids(reach[0].sharedWith), ids(household)];
    };
    expect(await seen(one.id)).toEqual([[two.id], [two.id]]);
    await sampark.sql('UPDATE contact_points SET dead_at = now() WHERE person_id = $1', [two.id]);
    expect(await seen(one.id)).toEqual([[], []]);
    expect(await seen(two.id)).toEqual([[], []]);
  });
});

describe('a page that is older than a merge', () => {
  it('does to the record that remained whatever is typed on it', async () => {
    const remained = await aSympathiser(sampark, { in: 'agra', name: 'Remained' });
    const gone = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Gone',
      phones: ['+919876533333'],
      identities: [{ platform: 'x', handle: 'gone_along' }],
    });
    const points = (await page(gone.id)).reach as { id: string; channel: string }[];
    const of = (channel: string) => points.find((point) => point.channel === channel)!.id;
    const merged = await sampark.as(agra).post(`/sympathisers/${remained.id}/merges`, { other: gone.id });
    expect(merged.status).toBeLessThan(300);
    const act = async (path: string, body: object) =>
      (await sampark.as(agra).post(`/sympathisers/${gone.id}/${path}`, body)).status;
    expect(await act('points', { phones: ['+919876544444'] })).toBe(200);
    expect(await act('skills', { skills: ['video'] })).toBe(200);
    expect(await act('wishes', { times: ['evening'] })).toBe(200);
    expect(await act(`points/${of('x')}/verify`, { seen: 'Same photo' })).toBe(200);
    expect(await act(`points/${of('x')}/prefer`, {})).toBe(200);
    expect(await act(`points/${of('phone')}/end`, {})).toBe(200);

    const now = await page(remained.id);
    const state = (value: string) => now.reach.find((point: { value: string }) => point.value === value);
    expect(state('+919876544444')).toMatchObject({ dead: false });
    expect(state('gone_along')).toMatchObject({ preferred: true, verified: { seen: 'Same photo' } });
    expect(state('+919876533333')).toMatchObject({ dead: true });
    expect(now.wishes.times).toEqual(['evening']);
    expect(now.skills.filter(({ held }: { held: boolean }) => held)).toHaveLength(1);
  });
});

describe('the history', () => {
  it('goes back to the beginning, a page at a time, with nothing twice and nothing left out', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    // A hundred at one moment, as an import leaves them, and others around it.
    await sampark.sql(
      `INSERT INTO person_notes (person_id, id, path, text, at)
       SELECT p.id, gen_random_uuid(), p.path, 'note ' || n, now() - CASE WHEN n < 130 THEN interval '1 hour' ELSE n * interval '1 minute' END
         FROM people p, generate_series(1, 250) n WHERE p.id = $1`,
      [id],
    );
    const seen: string[] = [];
    let next: string | null = null;
    let pages = 0;
    do {
      const body = await page(id, next ? `&earlier=${next}` : '');
      seen.push(
        ...body.timeline
          .filter(({ kind }: { kind: string }) => kind === 'note')
          .map((item: { text: string }) => item.text),
      );
      next = body.timelineNext;
    } while (next && (pages += 1) < 9);
    expect(pages).toBe(2);
    expect(seen).toHaveLength(250);
    expect(new Set(seen).size).toBe(250);
    const first = await sampark.browser(agra).get(`/sympathisers/${id}?lang=en`);
    expect(first.text).toMatch(/href="\/sympathisers\/[^"]+\?earlier=[^"]+#history"/);
    expect((await sampark.as(agra).get(`/sympathisers/${id}?earlier=nonsense`)).status).toBe(422);
  });

  it('tells of an invitation what became of it, and of records that were merged and taken apart', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const other = await aSympathiser(sampark, { in: 'agra' });
    const invite = async (state: string, sent: boolean) => {
      const [event] = await sampark.sql<{ id: string }>(
        `INSERT INTO events (id, territory_id, path, kind, title_en, title_hi, place, starts_at, ends_at, zone, created_by)
         SELECT gen_random_uuid(), t.id, t.path, 'meet_up', $1, $1, 'Agra', now() + interval '3 days', now() + interval '4 days', 'Asia/Kolkata', $2
           FROM territories t WHERE t.code = 'agra' RETURNING id`,
        [state, agra.id],
      );
      await sampark.sql(
        `INSERT INTO invitations (person_id, id, event_id, path, state, language, sent_at)
         SELECT p.id, gen_random_uuid(), $2, p.path, $3, 'hi', CASE WHEN $4 THEN now() END FROM people p WHERE p.id = $1`,
        [id, event!.id, state, sent],
      );
    };
    for (const [state, sent] of [
      ['pending', false],
      ['skipped', false],
      ['withdrawn', true],
      ['bounced', true],
      ['sent', true],
    ] as const)
      // prettier-ignore
      await invite(state, sent);
    const merged = await sampark.as(agra).post(`/sympathisers/${id}/merges`, { other: other.id });
    await sampark.as(agra).post(`/sympathisers/${id}/merges/${merged.body.mergeId}/undo`, {});
    const titles = (await page(id)).timeline.map(({ title }: { title: string }) => title);
    expect(titles).toEqual(
      expect.arrayContaining([
        'To be invited to “pending”',
        'Invitation to “skipped” was not sent',
        'Invitation to “withdrawn” was taken back',
        'Invitation to “bounced” did not arrive',
        'Invited to “sent”',
        'Another record of theirs was merged into this one',
        'A merged record was taken apart again',
      ]),
    );
  });
});
