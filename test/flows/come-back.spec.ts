import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { SessionsService } from '../../src/access/sessions.service.js';
import { NewcomersService } from '../../src/privacy/joining/newcomers.service.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let member: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
});
afterAll(() => sampark?.close());

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const YES = { purposes: ['register', 'contact', 'invitations'], state: 'given' } as const;
let made = 0;
const phone = () => `+9197${String(60_000_000 + ++made)}`;
const barrier = async (personId: string, channel: string) =>
  sampark.get(ConsentService).barrier(await sampark.system(), personId, 'contact', channel);
const isListed = async (kind: string, value: string) =>
  (await sampark.get(SuppressionService).stopped(await sampark.system(), [{ kind, value }]))[0];
const paper = (as: AUser, id: string, fields: Record<string, string> = {}) =>
  sampark
    .as(as)
    .upload(
      `/sympathisers/${id}/papers`,
      { name: 'form.png', content: PNG },
      { purposes: ['register', 'contact'], state: 'given', ...fields },
    );
const today = () => DateTime.now().setZone('Asia/Kolkata').toISODate()!;

async function aStopped(points: { phones?: string[]; emails?: string[]; name?: string } = {}) {
  const person = await aSympathiser(sampark, { in: 'agra', name: 'Tara Returns', phones: [phone()], ...points });
  await sampark.get(StopService).stop(await sampark.system(), person.id, 'link');
  return person.id;
}

describe('somebody who asked us to stop', () => {
  it('is opened by nobody’s say-so: no new yes, no number given once more, no other number', async () => {
    const id = await aStopped();
    const { value } = (await sampark.sql<{ value: string }>('SELECT value FROM contact_points WHERE person_id = $1', [id]))[0]!; // prettier-ignore
    for (const how of ['spoken', 'paper', 'form']) {
      const said = await sampark.as(agra).post(`/sympathisers/${id}/consents`, { ...YES, how });
      expect([said.status, said.body.errors[0].code]).toEqual([422, 'consent.problem.stopped']);
    }
    const no = { purposes: ['photos'], state: 'refused', how: 'spoken' };
    expect((await sampark.as(agra).post(`/sympathisers/${id}/consents`, no)).status).toBe(201);
    const point = (more: object) => sampark.as(agra).post(`/sympathisers/${id}/points`, more);
    expect((await point({ phones: [value] })).body.errors[0].field).toBe('agreedAnew');
    expect((await point({ phones: [value], agreedAnew: true })).status).toBe(200);
    expect(await barrier(id, 'phone')).toBe('suppressed');
    const other = phone();
    expect((await point({ phones: [other] })).status).toBe(200);
    expect(await barrier(id, 'phone')).toBe('withdrawn');
    expect(await isListed('phone', value)).toBe(true);
  });

  it('isn’t even by whoever could speak to the database as staff', async () => {
    const id = await aStopped();
    const actor = (await sampark.get(SessionsService).findToken(agra.token))!;
    const as = (sql: string, values: unknown[]) => sampark.get(UnitOfWork).run(actor, (tx) => tx.query(sql, values));
    const entry = { person_id: id, id: uuidv7(), purpose: 'contact', channel: 'phone', state: 'given', how: 'spoken' };
    const forbidden = { message: 'errors.forbidden' };
    await expect(as('SELECT gate.record_consents($1)', [JSON.stringify([entry])])).rejects.toMatchObject(forbidden);
    await expect(as('SELECT gate.come_back($1, NULL, NULL)', [id])).rejects.toMatchObject(forbidden);
    await expect(as('SELECT gate.come_back($1, $2, NULL)', [id, uuidv7()])).rejects.toMatchObject(forbidden);
    const open = 'SELECT gate.open_by_paper($1, $2, $3, $4, $5, $6)';
    await expect(as(open, [id, null, 'phone', '+919700000000', [], []])).rejects.toMatchObject(forbidden);
    // Of a paper kept before, and not in this breath.
    const { body } = await paper(agra, id, { consentOn: '2026-01-05' });
    await expect(as('SELECT gate.come_back($1, $2, NULL)', [id, (body as { paper: string }).paper])).rejects.toMatchObject(forbidden); // prettier-ignore
  });

  it('comes back by a paper signed afterwards, whoever keeps it; one from before opens nothing', async () => {
    const number = phone();
    const id = await aStopped({ phones: [number] });
    const relative = await aSympathiser(sampark, { in: 'agra', name: 'Naresh Relative', phones: [number] });
    const far = await aSympathiser(sampark, { in: 'mathura', name: 'Naresh Far', phones: [number] });
    await sampark.get(SuppressionService).stop(await sampark.system(), 'phone', number, 'asked_to_stop');
    for (const consentOn of ['2026-02-03', today()]) {
      const old = await paper(agra, id, { consentOn });
      expect([old.status, (old.body as { opened: number }).opened]).toEqual([201, 0]);
      expect(await barrier(id, 'phone')).toBe('suppressed');
    }
    // Nobody is called who isn't to be kept.
    const half = await paper(agra, id, { purposes: 'contact' });
    expect([half.status, (half.body as { errors: { code: string }[] }).errors[0]!.code]).toEqual([422, 'consent.paper.register']); // prettier-ignore
    // What it says is about pictures, and not about calling them.
    expect((await paper(agra, id, { purposes: 'photos' })).body).toMatchObject({ opened: 0 });
    const kept = await paper(agra, id);
    expect([kept.status, kept.body]).toEqual([201, expect.objectContaining({ opened: 1 })]);
    expect([await barrier(id, 'phone'), await isListed('phone', number)]).toEqual([null, false]);
    expect(await barrier(relative.id, 'phone')).toBeNull();
    expect(await barrier(far.id, 'phone')).toBeNull();
    const { body } = await sampark.as(agra).get(`/sympathisers/${id}`);
    expect(body).toMatchObject({ closedAt: null, barriers: { phone: null } });
    expect(await sampark.sql('SELECT undone_how, undone_by FROM stops WHERE person_id = $1', [id])).toEqual([{ undone_how: 'paper', undone_by: agra.id }]); // prettier-ignore
    const [entry] = await sampark.sql<{ facts: object }>(`SELECT facts FROM audit_entries WHERE action = 'suppression.lifted' AND $1 = ANY (people)`, [id]); // prettier-ignore
    expect(entry!.facts).toMatchObject({ why: 'signed_paper', kinds: ['phone'] });
    // And who stops again is stopped again.
    expect((await sampark.as(agra).post(`/sympathisers/${id}/stop`)).status).toBe(200);
    expect([await barrier(id, 'phone'), await isListed('phone', number)]).toEqual(['suppressed', true]);
  });

  it('by a paper that speaks of one channel, by that channel alone', async () => {
    const [number, mail] = [phone(), `back-${made}@example.org`];
    const id = await aStopped({ phones: [number], emails: [mail] });
    expect((await paper(agra, id, { channel: 'phone' })).body).toMatchObject({ opened: 1 });
    expect([await barrier(id, 'phone'), await barrier(id, 'email')]).toEqual([null, 'suppressed']);
  });

  it('whose relative signs, with a member: the number is open for the relative, who stopped it isn’t called', async () => {
    const number = phone();
    const id = await aStopped({ phones: [number] });
    const add = { name: 'Naresh Relative', phones: [number], purposes: ['register', 'contact'], how: 'spoken' };
    const { body } = await sampark.as(agra).post('/sympathisers', { ...add, agreedAnew: true });
    expect(await barrier(body.id, 'phone')).toBe('suppressed');
    await sampark.sql('UPDATE people SET assigned_to = $2, assigned_at = now() WHERE id = $1', [body.id, member.id]);
    expect((await paper(member, body.id)).body).toMatchObject({ opened: 1 });
    expect([await barrier(body.id, 'phone'), await barrier(id, 'phone')]).toEqual([null, 'suppressed']);
    expect(await isListed('phone', number)).toBe(true);
  });

  it('is back once they confirm a sign-up by their own mail, and by what they typed alone', async () => {
    const [number, mail] = [phone(), `back-${made}@example.org`];
    const id = await aStopped({ phones: [number], emails: [mail] });
    const system = await sampark.system();
    const signUp = { name: 'Tara Returns', email: mail, phone: null, identities: [], language: null, pin: null, birthYear: null, page: '/join' }; // prettier-ignore
    const shown = { by: 'email', purposes: ['register', 'contact'], notices: {}, language: 'en', posterCode: null };
    await sampark.get(UnitOfWork).run(system, (tx) => sampark.get(NewcomersService).takeIn(tx, signUp as never, shown as never)); // prettier-ignore
    expect([await barrier(id, 'email'), await barrier(id, 'phone')]).toEqual([null, 'suppressed']);
    // Their word counts again, and the number stays theirs to open.
    expect((await sampark.as(agra).post(`/sympathisers/${id}/consents`, { ...YES, how: 'spoken' })).status).toBe(201);
    expect(await barrier(id, 'phone')).toBe('suppressed');
  });
});

describe('a yes that a member hears from their own people', () => {
  it('is written down, spoken or on paper', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      phones: [phone()],
      assignedTo: member.id,
      consent: false,
    });
    const said = { purposes: ['contact'], state: 'given', how: 'spoken' };
    expect((await sampark.as(member).post(`/sympathisers/${id}/consents`, said)).status).toBe(201);
    expect(await barrier(id, 'phone')).toBeNull();
    expect((await paper(member, id, { purposes: 'contact' })).status).toBe(201);
  });
});

describe('what is on the list for another reason', () => {
  it('stays stopped for whoever brings it, as a handle too', async () => {
    const [number, handle] = [phone(), `listed_${++made}`];
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Usha New', phones: [phone()] });
    for (const [kind, value] of [['phone', number], ['x', handle]] as const)
      await sampark.get(SuppressionService).stop(await sampark.system(), kind, value, 'complaint'); // prettier-ignore
    const more = { phones: [number], identities: [{ platform: 'x', handle }, { platform: 'whatsapp', handle: number }] }; // prettier-ignore
    expect((await sampark.as(agra).post(`/sympathisers/${id}/points`, { ...more, agreedAnew: true })).status).toBe(200);
    expect(
      await sampark.sql(
        `SELECT value, suppressed_at IS NOT NULL AS stopped FROM contact_points WHERE person_id = $1 AND value = $2
         UNION ALL SELECT handle, suppressed_at IS NOT NULL FROM person_identities WHERE person_id = $1 ORDER BY 1`,
        [id, number],
      ),
    ).toEqual([number, number, handle].sort().map((value) => ({ value, stopped: true })));
  });
});
