import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SystemActor } from '../../src/platform/database/actor.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { ConsentExpiry } from '../../src/privacy/retention/consent-expiry.service.js';
import { InactivityService } from '../../src/privacy/retention/inactivity.service.js';
import { RetentionLetters } from '../../src/privacy/retention/retention-letters.service.js';
import { RetentionQueries } from '../../src/privacy/retention/retention.queries.js';
import { Mailer } from '../../src/platform/mail/mailer.service.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let system: SystemActor;
let admin: AUser;
let officer: AUser;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  system = await sampark.system();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  officer = await aUser(sampark, { role: 'data_protection_officer', in: 'agra' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Asha Verma' });
});
afterAll(() => sampark?.close());

const inactivity = () => sampark.get(InactivityService);
const letters = () => sampark.get(RetentionLetters);
/** Somebody who came so many months ago, and what they agreed to then. */
async function since(months: number, wanted: Partial<Parameters<typeof aSympathiser>[1]> = {}) {
  const person = await aSympathiser(sampark, { in: 'agra', ...wanted });
  await sampark.sql('UPDATE people SET created_at = now() - make_interval(months => $2) WHERE id = $1', [
    person.id,
    months,
  ]);
  await sampark.sql('UPDATE consents SET at = now() - make_interval(months => $2) WHERE person_id = $1', [
    person.id,
    months,
  ]);
  return person;
}
const notices = (...people: { id: string }[]) =>
  sampark.sql<{ id: string; told: string; told_at: Date | null }>(
    'SELECT person_id AS id, told, told_at FROM retention_notices WHERE person_id = ANY ($1) ORDER BY array_position($1, person_id)',
    [people.map(({ id }) => id)],
  );
/** As if the notice had been given so many days ago. */
const daysPass = (days: number) =>
  sampark.sql(
    `UPDATE retention_notices SET noticed_at = noticed_at - make_interval(days => $1), erase_on = erase_on - $1::int,
            told_at = told_at - make_interval(days => $1)`,
    [days],
  );
const isThere = async ({ id }: { id: string }) =>
  (await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [id])).length === 1;
const mailsTo = async (address: string) =>
  (await sampark.mails()).filter((mail) =>
    [mail.to].flat().some((to) => to?.value.some((one) => one.address === address)),
  );

describe('the clocks', () => {
  it('are shown to who answers for them, changed for the whole organisation, and never below their floor', async () => {
    const { body } = await sampark.as(officer).get('/retention');
    expect(body.rules.map((rule: { code: string }) => rule.code)).toEqual(['register', 'consent.contact', 'consent.invitations', 'consent.photos']); // prettier-ignore
    expect(body.rules[0]).toMatchObject({ months: 36, floorMonths: 6, noticeDays: 30, floorNoticeDays: 14 });
    expect(body.clocks).toContainEqual({ code: 'rejects', n: 7, unit: 'days', setting: 'IMPORT_FILE_DAYS' });
    expect(body.mayChange).toBe(false);
    const change = (user: AUser, code: string, dto: object) => sampark.as(user).post(`/retention/${code}?lang=en`, dto);
    expect((await change(convenor, 'register', { months: 24 })).status).toBe(403);
    expect((await change(officer, 'register', { months: 24, noticeDays: 30 })).status).toBe(403);
    expect((await change(admin, 'register', { months: 5, noticeDays: 30 })).body.errors).toMatchObject([{ field: 'months', detail: 'Not below 6 months.' }]); // prettier-ignore
    expect((await change(admin, 'register', { months: 24, noticeDays: 13 })).status).toBe(422);
    expect((await change(admin, 'nothing', { months: 24 })).status).toBe(404);
    // The table holds it, whatever the program says.
    await expect(sampark.sql(`UPDATE retention_rules SET months = 1 WHERE code = 'register'`)).rejects.toThrow('check');
    expect((await change(admin, 'register', { months: 24, noticeDays: 20 })).status).toBe(200);
    const [entry] = await sampark.sql<{ facts: object }>(
      `SELECT facts FROM audit_entries WHERE action = 'retention.changed'`,
    );
    expect(entry!.facts).toEqual({
      rule: 'register',
      before: { months: 36, days: 30 },
      after: { months: 24, days: 20 },
    });
    expect((await change(admin, 'register', { months: 36, noticeDays: 30 })).status).toBe(200);
  });
});

describe('somebody of whom nothing was heard', () => {
  it('is given notice by mail where we may, else their team is told; whoever was heard of in any way is not', async () => {
    const byMail = await since(40, { name: 'राम सेवक', emails: ['ram@silent.example'], language: 'hi' });
    const byTeam = await since(40, { name: 'No Mail', phones: ['+919812345671'] });
    const withdrawn = await since(40, { name: 'Withdrawn', emails: ['withdrawn@silent.example'] });
    await sampark.sql(
      `INSERT INTO consents (person_id, id, path, purpose, channel, state, how) SELECT id, $2, path, 'contact', 'email', 'withdrawn', 'spoken' FROM people WHERE id = $1`,
      [withdrawn.id, uuidv7()],
    );
    const reached = await since(40);
    await sampark.sql(`UPDATE people SET last_reached_at = now() - interval '3 months' WHERE id = $1`, [reached.id]);
    const event = await anEvent(sampark, { in: 'agra', inHours: -2000 });
    const answered = await since(40);
    await anInvitation(sampark, event.id, answered.id);
    await sampark.sql(
      `UPDATE invitations SET answer = 'no', answered_at = now() - interval '2 months' WHERE person_id = $1`,
      [answered.id],
    );
    const attended = await since(40);
    await sampark.sql(
      `INSERT INTO attendances (person_id, event_id, id, path, how, territory_id, at_path) SELECT id, $2, $3, path, 'list', territory_id, path FROM people WHERE id = $1`,
      [attended.id, event.id, uuidv7()],
    );
    const agreed = await since(40);
    await sampark.sql(`UPDATE consents SET at = now() - interval '1 month' WHERE person_id = $1 AND purpose = 'photos' OR person_id = $1 AND purpose = 'contact'`, [agreed.id]); // prettier-ignore
    const fresh = await since(35);
    expect(await inactivity().giveNotice(system, new Date())).toBe(3);
    expect(await inactivity().giveNotice(system, new Date())).toBe(0);
    expect((await notices(byMail, byTeam, withdrawn)).map(({ told }) => told)).toEqual(['mail', 'team', 'team']);
    expect(await notices(reached, answered, attended, agreed, fresh)).toEqual([]);
    // Who was heard of isn't looked at again until the time has run out anew.
    const [seen] = await sampark.sql<{ at: Date }>('SELECT last_activity_at AS at FROM people WHERE id = $1', [
      answered.id,
    ]);
    expect(seen!.at.getTime()).toBeGreaterThan(Date.now() - 70 * 86_400_000);

    // Nobody is erased before they were told, and only after the whole time.
    await daysPass(31);
    expect(await inactivity().act(system)).toBe(0);
    await daysPass(-31);
    expect(await letters().tellPeople(system)).toBe(1);
    expect(await letters().tellPeople(system)).toBe(0);
    expect(await letters().tellTeams(system)).toBe(1);
    expect(await letters().tellTeams(system)).toBe(0);
    const [mail] = await mailsTo('ram@silent.example');
    expect(mail!.subject).toContain('आपकी जानकारी मिटा देंगे');
    expect(mail!.text).toContain('नमस्ते राम सेवक');
    expect(mail!.headers.get('list')).toMatchObject({ unsubscribe: { url: expect.stringContaining('/unsubscribe/') } });
    const [team] = await mailsTo(convenor.email);
    expect(team!.text).toMatch(/2/);
    expect(team!.text).not.toContain('No Mail');
    expect(await mailsTo('withdrawn@silent.example')).toEqual([]);
    await daysPass(29);
    expect(await inactivity().act(system)).toBe(0);

    // They see it coming: on the list, and on the person's page.
    const due = await sampark.as(convenor).get('/retention/due');
    expect(due.body.items.map((item: { id: string }) => item.id).sort()).toEqual(
      [byMail.id, byTeam.id, withdrawn.id].sort(),
    );
    expect((await sampark.browser(convenor, { lang: 'en' }).get(`/sympathisers/${byTeam.id}`)).text).toContain(
      'Will be erased on',
    );
    const elsewhere = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    expect((await sampark.as(elsewhere).get('/retention/due')).body.items).toEqual([]);

    // One of them agrees anew: by itself that is enough.
    await sampark
      .as(convenor)
      .post(`/sympathisers/${withdrawn.id}/consents`, { purposes: ['contact'], state: 'given', how: 'spoken' });
    await daysPass(2);
    expect(await inactivity().act(system)).toBe(2);
    expect(await inactivity().act(system)).toBe(0);
    await sampark.drain();
    for (const [one, there] of [
      [byMail, false],
      [byTeam, false],
      [withdrawn, true],
      [reached, true],
    ] as const)
      expect(await isThere(one)).toBe(there);
    expect(await notices(byMail, byTeam, withdrawn)).toEqual([]);
    expect(await sampark.sql('SELECT why, state FROM erasures WHERE id = $1', [byTeam.id])).toEqual([
      { why: 'retention', state: 'erased' },
    ]);
    const trail = await sampark.sql(`SELECT action FROM audit_entries WHERE people @> ARRAY[$1::uuid] AND action LIKE 'retention.%' ORDER BY at`, [withdrawn.id]); // prettier-ignore
    expect(trail.map(({ action }) => action)).toEqual(['retention.noticed', 'retention.due', 'retention.heard_of']);
  });

  it('is kept by staff only after they agreed anew, with the reason', async () => {
    const person = await since(50, { name: 'Kept Person' });
    await inactivity().giveNotice(system, new Date());
    const keep = (user: AUser) =>
      sampark.as(user).post(`/sympathisers/${person.id}/retention?lang=en`, { reason: 'Met them at the fair' });
    expect((await keep(convenor)).status).toBe(403);
    expect((await keep(officer)).status).toBe(409);
    await sampark.as(convenor).post(`/sympathisers/${person.id}/consents`, {
      purposes: ['register'],
      channel: 'phone',
      state: 'given',
      how: 'paper',
    });
    expect((await keep(officer)).status).toBe(200);
    expect(await notices(person)).toEqual([]);
    expect(await inactivity().giveNotice(system, new Date())).toBe(0);
    const [value] = await sampark.sql(
      `SELECT v.after FROM audit_entries e JOIN audit_values v ON v.at = e.at AND v.entry_id = e.id WHERE e.action = 'retention.kept' AND e.subject_id = $1`,
      [person.id],
    );
    expect(value).toEqual({ after: { reason: 'Met them at the fair' } });
  });

  it('gets one letter: not two after a crash, none while the server is away, and the team hears where it is refused', async () => {
    const [crashed, refused] = [
      await since(45, { emails: ['crashed@silent.example'] }),
      await since(45, { emails: ['refused@silent.example'] }),
    ];
    await inactivity().giveNotice(system, new Date());
    await sampark.sql(`UPDATE retention_notices SET sending_at = now() - interval '20 minutes' WHERE person_id = $1`, [
      crashed.id,
    ]);
    const mailer = sampark.get(Mailer);
    const send = mailer.send.bind(mailer);
    mailer.send = () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
    await expect(letters().tellPeople(system)).rejects.toThrow('away');
    expect((await notices(refused))[0]).toMatchObject({ told: 'mail', told_at: null });
    mailer.send = () => Promise.reject(Object.assign(new Error('no such user'), { responseCode: 550 }));
    expect(await letters().tellPeople(system)).toBe(0);
    mailer.send = send;
    expect((await notices(refused))[0]).toMatchObject({ told: 'team', told_at: null });
    expect((await notices(crashed))[0]).toMatchObject({ told: 'mail', told_at: expect.any(Date) });
    expect(await mailsTo('crashed@silent.example')).toEqual([]);
    await sampark.sql('DELETE FROM retention_notices');
    await sampark.sql('UPDATE people SET last_activity_at = now() WHERE id = ANY ($1)', [[crashed.id, refused.id]]);
  });

  it('stays where the clock is turned off meanwhile', async () => {
    const person = await since(60);
    await inactivity().giveNotice(system, new Date());
    await letters().tellTeams(system);
    expect((await sampark.as(admin).post('/retention/register', {})).status).toBe(200);
    await daysPass(40);
    expect(await inactivity().act(system)).toBe(0);
    expect(await inactivity().giveNotice(system, new Date())).toBe(0);
    expect(await notices(person)).toEqual([]);
    expect(await isThere(person)).toBe(true);
    expect((await sampark.as(admin).post('/retention/register', { months: 36, noticeDays: 30 })).status).toBe(200);
    await sampark.sql('UPDATE people SET last_activity_at = now() WHERE id = $1', [person.id]);
  });

  it('is a member’s to see where they are in their hands, and nobody else’s', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const mine = await since(48, { name: 'In My Hands', assignedTo: member.id });
    const others = await since(48, { name: 'Not Mine' });
    await inactivity().giveNotice(system, new Date());
    const list = (await sampark.as(member).get('/retention/due')).body.items;
    expect(list.map((item: { id: string }) => item.id)).toEqual([mine.id]);
    const first = (await sampark.as(convenor).get('/retention/due?limit=1')).body;
    const second = (await sampark.as(convenor).get(`/retention/due?limit=1&cursor=${first.next}`)).body;
    expect([first.items[0].id, second.items[0].id].sort()).toEqual([mine.id, others.id].sort());
    expect(second.next).toBeNull();
    await sampark.sql('DELETE FROM retention_notices');
    await sampark.sql('UPDATE people SET last_activity_at = now() WHERE id = ANY ($1)', [[mine.id, others.id]]);
  });
});

describe('what goes when', () => {
  it('is counted ahead by month and territory, of those who were looked at', async () => {
    await sampark.sql('UPDATE people SET last_activity_at = now()');
    const soon = await since(30, { in: 'agra' });
    await since(30, { in: 'mathura' });
    const active = await since(33, { in: 'agra' });
    await sampark.sql('UPDATE people SET last_activity_at = NULL WHERE created_at < now() - interval \'29 months\' AND path <> \'\' AND last_activity_at < created_at OR id = ANY ($1)', [[soon.id, active.id]]); // prettier-ignore
    await sampark.sql(`UPDATE people SET last_activity_at = NULL WHERE created_at < now() - interval '29 months' AND created_at > now() - interval '34 months'`); // prettier-ignore
    await sampark.sql('UPDATE people SET last_reached_at = now() WHERE id = $1', [active.id]);
    expect(await inactivity().look(system)).toBe(3);
    expect(await inactivity().look(system)).toBe(0);
    await sampark.get(RetentionQueries).count(system);
    await sampark.get(RetentionQueries).count(system);
    const of = async (user: AUser) => (await sampark.as(user).get('/retention')).body.rules[0];
    const rule = await of(admin);
    expect(rule.months_ahead).toHaveLength(1);
    expect(rule.months_ahead[0].n).toBe(2);
    const month = new Date(rule.months_ahead[0].month);
    expect(Math.round((month.getTime() - Date.now()) / (30 * 86_400_000))).toBeGreaterThanOrEqual(5);
    expect((await of(officer)).months_ahead[0].n).toBe(1);
    expect(rule.places.reduce((sum: number, place: { n: number }) => sum + place.n, 0)).toBe(2);
  });
});

describe('a consent with an age limit', () => {
  const entries = (id: string) =>
    sampark.sql<{ purpose: string; state: string; how: string }>(
      `SELECT purpose, state, how FROM consents WHERE person_id = $1 AND purpose = 'photos' ORDER BY id`,
      [id],
    );
  it('expires by an entry of the ledger, once, and can be given anew', async () => {
    const [old, young, renewed] = [await aSympathiser(sampark, { in: 'agra' }), await aSympathiser(sampark, { in: 'agra' }), await aSympathiser(sampark, { in: 'agra' })]; // prettier-ignore
    const give = (id: string, months: number) =>
      sampark.sql(
        `INSERT INTO consents (person_id, id, path, purpose, channel, state, how, at) SELECT id, $2, path, 'photos', 'phone', 'given', 'paper', now() - make_interval(months => $3) FROM people WHERE id = $1`,
        [id, uuidv7(), months],
      );
    await give(old.id, 37);
    await give(young.id, 35);
    await give(renewed.id, 60);
    await give(renewed.id, 2);
    const expiry = sampark.get(ConsentExpiry);
    expect(await expiry.expire(system, new Date())).toBe(1);
    expect(await expiry.expire(system, new Date())).toBe(0);
    expect(await entries(old.id)).toEqual([
      { purpose: 'photos', state: 'given', how: 'paper' },
      { purpose: 'photos', state: 'expired', how: 'retention' },
    ]);
    expect(await entries(young.id)).toHaveLength(1);
    expect(await entries(renewed.id)).toHaveLength(2);
    expect((await sampark.browser(convenor, { lang: 'en' }).get(`/sympathisers/${old.id}`)).text).toContain(
      'its time was over',
    );
    // Noted down late, from an old paper: found by the next whole round.
    const late = await aSympathiser(sampark, { in: 'agra' });
    await give(late.id, 48);
    const first = new Date();
    first.setUTCDate(1);
    const other = new Date(first.getTime() + 86_400_000);
    expect(await expiry.expire(system, other)).toBe(0);
    expect(await expiry.expire(system, first)).toBe(1);
    await give(old.id, 0);
    expect(await expiry.expire(system, first)).toBe(0);
    // What was never limited never expires: the other purposes have no clock.
    expect(await sampark.sql(`SELECT 1 AS n FROM consents WHERE state = 'expired' AND purpose <> 'photos'`)).toEqual(
      [],
    );
  });
});
