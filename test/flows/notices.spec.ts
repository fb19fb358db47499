import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BulkReadingService } from '../../src/audit/notices/bulk-reading.service.js';
import { NoticeLetters } from '../../src/audit/notices/notice-letters.service.js';
import { SessionsService } from '../../src/access/sessions.service.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { aNotice } from '../factories/audit.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let convenor: AUser;
let state: AUser;
beforeAll(async () => {
  sampark = await aSampark({ env: { BULK_READING_FLOOR: '20', BULK_READING_WIDE: '60' } });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Meera Sharma' });
  state = await aUser(sampark, { role: 'state_admin', in: 'up', language: 'hi' });
  await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  await aUser(sampark, { role: 'organiser', in: 'agra' });
});
afterAll(() => sampark?.close());

const look = async (now = new Date()) => sampark.get(BulkReadingService).look(await sampark.system(), now);
/** Writes down that so many people, each in two answers, were shown to somebody. */
async function shows(user: AUser, n: number): Promise<void> {
  const actor = (await sampark.get(SessionsService).findToken(user.token))!;
  const people = Array.from({ length: n }, () => uuidv7());
  for (let answer = 0; answer < 2; answer++)
    await sampark.get(UnitOfWork).run(actor, async (tx) => tx.shown('sympathiser.list', people));
}

it('raises one notice about a member who was shown far more people than their queue holds, and tells who looks after it', async () => {
  const member = await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Ravi Reader' });
  await shows(member, 20);
  expect(await look()).toEqual([]);
  await shows(member, 5);
  const made = await look();
  expect(made).toHaveLength(1);
  expect(await look()).toEqual([]);
  // The next day again, if it goes on.
  await sampark.sql(`UPDATE notices SET at = at - interval '25 hours', day = day - 1`);
  expect(await look()).toHaveLength(1);
  await sampark.sql('DELETE FROM notices WHERE id = $1', [made[0]]);

  await sampark.drain();
  const mails = await sampark.mails();
  const to = mails.map((mail) => [mail.to].flat()[0]!.value[0]!.address).sort();
  expect(to).toEqual([convenor.email, state.email].sort());
  const inEnglish = mails.find((mail) => [mail.to].flat()[0]!.value[0]!.address === convenor.email)!;
  expect(inEnglish.subject).toBe('Ravi Reader was shown 25 people within a day');
  expect(inEnglish.text).toContain('Agra');
  expect(inEnglish.text).toContain('https://sampark.example.org/audit/notices');
  expect(mails.find((mail) => mail !== inEnglish)!.subject).toContain('ने एक दिन में 25');
  const [{ n } = { n: 0 }] = await sampark.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM audit_entries WHERE action = 'notice.raised' AND facts ->> 'user' = $1`,
    [member.id],
  );
  expect(n).toBe(2);
});

it('counts with the queue: whoever looks after many may see many', async () => {
  const busy = await aUser(sampark, { role: 'team_member', in: 'agra' });
  for (let i = 0; i < 9; i++) await aSympathiser(sampark, { in: 'agra', assignedTo: busy.id });
  await shows(busy, 26);
  expect(await look()).toEqual([]);
  await shows(busy, 2);
  expect(await look()).toHaveLength(1);
  await sampark.drain();
});

it('gives whoever works for a territory a floor of their own, and doesn’t tell them about themselves', async () => {
  await shows(convenor, 60);
  expect(await look()).toEqual([]);
  await shows(convenor, 1);
  const [id] = await look();
  const ids = async (as: AUser) =>
    (await sampark.as(as).get('/audit/notices')).body.items.map((one: { id: string }) => one.id);
  expect(await ids(convenor)).not.toContain(id);
  expect(await ids(state)).toContain(id);
  expect((await sampark.as(convenor).post(`/audit/notices/${id}/review`, { note: 'It was me.' })).status).toBe(404);
  const before = (await sampark.mails()).length;
  await sampark.drain();
  const told = (await sampark.mails()).slice(before).map((mail) => [mail.to].flat()[0]!.value[0]!.address);
  expect(told).not.toContain(convenor.email);
});

it('is looked into once, with what was found, and no letter goes out after that', async () => {
  const id = await aNotice(sampark, { in: 'agra' });
  const browser = sampark.browser(convenor);
  const page = (await browser.get('/audit/notices?state=open')).text;
  expect(page).toContain('was shown 412 people within 24 hours');
  expect(page).toContain('35 people are assigned to them');
  expect((await browser.get('/audit')).text).toMatch(/notices? waits? for you/);
  expect((await sampark.as(convenor).post(`/audit/notices/${id}/review`, {})).status).toBe(422);
  expect((await sampark.as(convenor).post(`/audit/notices/${id}/review`, { note: 'A day at the fair.' })).status).toBe(
    200,
  );
  expect((await sampark.as(state).post(`/audit/notices/${id}/review`, { note: 'Me, too.' })).status).toBe(409);
  const { items } = (await sampark.as(state).get('/audit/notices?state=reviewed')).body;
  expect(items[0]).toMatchObject({ id, note: 'A day at the fair.', reviewedBy: 'Meera Sharma' });
  expect(
    await sampark.sql(`SELECT 1 FROM audit_entries WHERE action = 'notice.reviewed' AND subject_id = $1`, [id]),
  ).toHaveLength(1);
  const before = (await sampark.mails()).length;
  await sampark.get(NoticeLetters).send(await sampark.system(), id, state.id);
  expect(await sampark.mails()).toHaveLength(before);
});
