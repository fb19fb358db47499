import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../../src/access/sessions.service.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { LEDGER_BARRIERS, contactBarrier, type Reach } from '../../src/sympathisers/consent/contact-barrier.js';
import { CONSENT_STATES, type ConsentState } from '../../src/sympathisers/consent/purposes.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { LinkActor } from '../../src/platform/database/actor.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
beforeAll(async () => {
  sampark = await aSampark();
});
afterAll(() => sampark?.close());

const actorOf = async (user: { token: string }) => (await sampark.get(SessionsService).findToken(user.token))!;
const linkOf = (personId: string): LinkActor => ({ kind: 'link', purpose: 'stop', personId });
const newestOf = (personId: string) =>
  sampark.sql<{ purpose: string; channel: string; state: string }>(
    'SELECT DISTINCT ON (purpose, channel) purpose, channel, state FROM consents WHERE person_id = $1 ORDER BY purpose, channel, at DESC, id DESC',
    [personId],
  );

describe('the contact barrier', () => {
  it('gives one answer, asked for one person, as a set, or over what a page knows: over every combination', async () => {
    const system = await sampark.system();
    const points: Reach[] = [false, true].flatMap((suppressed) => [false, true].map((dead) => ({ suppressed, dead })));
    const sets: Reach[][] = [
      [],
      ...points.map((point) => [point]),
      ...points.flatMap((a) => points.map((b) => [a, b])),
    ];
    const histories: ConsentState[][] = [
      [],
      ...CONSENT_STATES.map((state) => [state]),
      ...CONSENT_STATES.map((state): ConsentState[] => ['given', state]),
      ...CONSENT_STATES.map((state): ConsentState[] => [state, 'given']),
    ];
    const expected = new Map<string, string | null>();
    for (const channel of ['phone', 'email', 'x'])
      for (const set of sets)
        for (const history of histories) {
          // An identity that no longer reaches anybody has ended; the rule over a page never sees it.
          const seen = channel === 'x' ? set.filter((point) => !point.dead) : set;
          const person = await aPersonWith(channel, set, history);
          expected.set(`${person} ${channel}`, contactBarrier(seen, history.at(-1) ?? null));
        }
    const work = sampark.get(UnitOfWork);
    const asked = [...expected.keys()];
    const single = await work.run(system, (tx) =>
      tx.query<{ key: string; barrier: string | null }>(
        `SELECT concat(person, ' ', channel) AS key, contact_barrier(person::uuid, 'contact', channel) AS barrier
           FROM unnest($1::text[], $2::text[]) AS q(person, channel)`,
        [asked.map((key) => key.split(' ')[0]), asked.map((key) => key.split(' ')[1])],
      ),
    );
    const set = await work.run(system, (tx) =>
      tx.query<{ key: string; barrier: string | null }>(
        `SELECT concat(b.person_id, ' ', c) AS key, b.barrier
           FROM unnest('{phone,email,x}'::text[]) c CROSS JOIN LATERAL contact_barriers('contact', c) b`,
      ),
    );
    expect(new Map(single.map((row) => [row.key, row.barrier]))).toEqual(expected);
    expect(new Map(set.filter((row) => expected.has(row.key)).map((row) => [row.key, row.barrier]))).toEqual(expected);
    // Every reason came up, and the yes.
    expect(new Set(expected.values())).toEqual(new Set([...LEDGER_BARRIERS, null]));
    const [first] = asked[0]!.split(' ');
    expect(await sampark.get(ConsentService).barrier(system, first!, 'contact', 'phone')).toBe('no_point');
  });

  it('is the same for staff, for the member they are assigned to, for a job and by their own link', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const person = await aSympathiser(sampark, {
      in: 'agra',
      assignedTo: member.id,
      emails: ['a@b.example'],
      identities: [{ platform: 'x', handle: 'barrier_1' }],
    });
    const ask = (actor: Parameters<ConsentService['barrier']>[0], channel: string) =>
      sampark.get(ConsentService).barrier(actor, person.id, 'contact', channel);
    for (const actor of [await actorOf(member), await actorOf(convenor), await sampark.system(), linkOf(person.id)]) {
      expect(await ask(actor, 'email')).toBeNull();
      expect(await ask(actor, 'x')).toBeNull();
      expect(await ask(actor, 'phone')).toBe('no_point');
    }
    const stranger = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    expect(await ask(await actorOf(stranger), 'email')).toBe('no_point');
    expect(await ask(linkOf(uuidv7()), 'email')).toBe('no_point');
  });

  it('costs a bit of each person of a list, and no look-up below them', async () => {
    await sampark.sql(`
      INSERT INTO people (id, territory_id, path, full_name, name_key, came_by, contact_a, contact_b, contact_c)
      SELECT gen_random_uuid(), t.id, t.path, 'n' || g, 'n' || g, 'import', 2, 2, 2 FROM generate_series(1, 20000) g,
             (SELECT id, path FROM territories WHERE code = 'lucknow') t`);
    const member = await aUser(sampark, { role: 'team_member', in: 'lucknow' });
    await sampark.sql(
      `UPDATE people SET assigned_to = $1 WHERE id IN (SELECT id FROM people WHERE came_by = 'import' LIMIT 200)`,
      [member.id],
    );
    await sampark.sql('VACUUM ANALYZE people');
    for (const actor of [await sampark.system(), await actorOf(member)]) {
      const [plan, count] = await sampark.get(UnitOfWork).run(actor, async (tx) => {
        const rows = await tx.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN SELECT p.id, b.barrier FROM people p JOIN contact_barriers('contact', 'email') b ON b.person_id = p.id
            ORDER BY p.path, p.id LIMIT 51`,
        );
        const [{ n }] = (await tx.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM people p JOIN contact_barriers('contact', 'email') b ON b.person_id = p.id
            WHERE p.came_by = 'import' AND b.barrier IS NULL`,
        )) as [{ n: number }];
        return [rows.map((row) => row['QUERY PLAN']).join('\n'), n];
      });
      // Melted into the query.
      expect(plan).not.toMatch(/Function Scan|consents|contact_points/);
      expect(count).toBe(actor.kind === 'system' ? 20_000 : 200);
    }
  });
});

describe('the ledger', () => {
  it('only grows: as the role of every actor, an entry can be neither changed nor taken out', async () => {
    const person = await aSympathiser(sampark, { in: 'agra' });
    for (const change of [
      `UPDATE public.consents SET state = 'given' WHERE person_id = $1`,
      'DELETE FROM public.consents WHERE person_id = $1',
    ])
      for (const actor of [
        await sampark.system(),
        await actorOf(await aUser(sampark, { role: 'state_admin', in: 'up' })),
        await actorOf(await aUser(sampark, { role: 'team_member', in: 'agra' })),
        linkOf(person.id),
      ])
        await expect(sampark.get(UnitOfWork).run(actor, (tx) => tx.execute(change, [person.id]))).rejects.toThrow(
          'errors.forbidden',
        );
    const entries = await sampark.sql('SELECT state FROM consents WHERE person_id = $1', [person.id]);
    expect(entries).toHaveLength(3);
  });

  it('lets the newest entry count, and is written with who, how and when', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const actor = await actorOf(convenor);
    const person = await aSympathiser(sampark, { in: 'agra', phones: ['+919811100001'] });
    const consents = sampark.get(ConsentService);
    await consents.record(actor, person.id, [
      { purpose: 'contact', channel: 'phone', state: 'withdrawn', how: 'spoken' },
    ]);
    expect(await consents.barrier(actor, person.id, 'contact', 'phone')).toBe('withdrawn');
    expect(await consents.barrier(actor, person.id, 'invitations', 'phone')).toBeNull();
    await consents.record(actor, person.id, [{ purpose: 'contact', channel: 'phone', state: 'given', how: 'paper' }]);
    expect(await consents.barrier(actor, person.id, 'contact', 'phone')).toBeNull();
    const [entry] = await sampark.sql<{ by_user: string; how: string }>(
      'SELECT by_user, how FROM consents WHERE person_id = $1 ORDER BY id DESC LIMIT 1',
      [person.id],
    );
    expect(entry).toMatchObject({ by_user: convenor.id, how: 'paper' });
  });
});

describe('somebody who asks to stop', () => {
  const points = {
    emails: ['stop@b.example'],
    identities: [
      { platform: 'x', handle: 'stop_me' },
      { platform: 'whatsapp', handle: '+919811100009' },
    ],
  };

  it.each(['member', 'convenor', 'job', 'link'] as const)('is left alone at once, told to a %s', async (who) => {
    const n = { member: 1, convenor: 2, job: 3, link: 4 }[who];
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const person = await aSympathiser(sampark, {
      in: 'agra',
      assignedTo: member.id,
      phones: [`+91981110010${n}`],
      emails: points.emails.map((email) => `${n}${email}`),
      identities: [
        { platform: 'x', handle: `stop_me_${n}` },
        { platform: 'whatsapp', handle: `+91981110010${n}` },
      ],
    });
    const actors = {
      member: () => actorOf(member),
      convenor: async () => actorOf(await aUser(sampark, { role: 'district_convenor', in: 'agra' })),
      job: () => sampark.system(),
      link: async () => linkOf(person.id),
    };
    await sampark.get(StopService).stop(await actors[who](), person.id, who === 'link' ? 'link' : 'spoken');
    const entries = await newestOf(person.id);
    expect(new Set(entries.map(({ state }) => state))).toEqual(new Set(['withdrawn']));
    expect(new Set(entries.map(({ channel }) => channel))).toEqual(new Set(['phone', 'email', 'x', 'whatsapp']));
    const open = await sampark.sql(
      `SELECT 1 FROM contact_points WHERE person_id = $1 AND suppressed_at IS NULL
       UNION ALL SELECT 1 FROM person_identities WHERE person_id = $1 AND suppressed_at IS NULL`,
      [person.id],
    );
    expect(open).toEqual([]);
    const [row] = await sampark.sql('SELECT assigned_to, closed_at, follow_up_on FROM people WHERE id = $1', [
      person.id,
    ]);
    expect(row).toMatchObject({ assigned_to: null, closed_at: expect.any(Date), follow_up_on: null });
    const [assignment] = await sampark.sql('SELECT state, closed_why FROM assignments WHERE person_id = $1', [
      person.id,
    ]);
    expect(assignment).toEqual({ state: 'closed', closed_why: 'asked_to_stop' });
    const stopped = await sampark.get(SuppressionService).stopped(await sampark.system(), [
      { kind: 'phone', value: `+91981110010${n}` },
      { kind: 'whatsapp', value: `+91981110010${n}` },
      { kind: 'x', value: `stop_me_${n}` },
      { kind: 'x', value: 'somebody_else' },
    ]);
    expect(stopped).toEqual([true, true, true, false]);
  });

  it('stays stopped when said twice, and nothing is written twice', async () => {
    const person = await aSympathiser(sampark, { in: 'agra', phones: ['+919811100201'] });
    const stop = sampark.get(StopService);
    await stop.stop(linkOf(person.id), person.id, 'link');
    const before = await sampark.sql('SELECT id FROM consents WHERE person_id = $1', [person.id]);
    await stop.stop(linkOf(person.id), person.id, 'link');
    expect(await sampark.sql('SELECT id FROM consents WHERE person_id = $1', [person.id])).toEqual(before);
  });

  it('is nobody else: a link stops its own person, a member their own people, a convenor their own district', async () => {
    const person = await aSympathiser(sampark, { in: 'agra', phones: ['+919811100301'] });
    const other = await aSympathiser(sampark, { in: 'agra', phones: ['+919811100302'] });
    const stop = sampark.get(StopService);
    for (const actor of [
      linkOf(other.id),
      await actorOf(await aUser(sampark, { role: 'team_member', in: 'agra' })),
      await actorOf(await aUser(sampark, { role: 'district_convenor', in: 'mathura' })),
    ]) {
      await expect(stop.stop(actor, person.id, 'spoken')).rejects.toThrow('errors.not_found');
      await sampark
        .get(UnitOfWork)
        .run(actor, (tx) => tx.query('SELECT gate.close_contact($1, $2)', [person.id, 'asked_to_stop']));
    }
    const [row] = await sampark.sql('SELECT closed_at FROM people WHERE id = $1', [person.id]);
    expect(row).toEqual({ closed_at: null });
  });

  it('stops the number for a relative in another district as well, and leaves only a keyed hash behind', async () => {
    const shared = '+919811100401';
    const asks = await aSympathiser(sampark, { in: 'agra', name: 'रमेश वर्मा', phones: [shared] });
    const relative = await aSympathiser(sampark, { in: 'mathura', name: 'सुनीता वर्मा', phones: [shared] });
    await sampark.get(StopService).stop(await sampark.system(), asks.id, 'mail');
    expect(await sampark.get(ConsentService).barrier(await sampark.system(), relative.id, 'contact', 'phone')).toBe(
      'suppressed',
    );
    const listed = await sampark.sql<{ hash: Buffer; key_name: string }>('SELECT hash, key_name FROM suppressions');
    expect(JSON.stringify(listed)).not.toContain(shared.slice(1));
    expect(listed.every((row) => row.hash.length === 32 && row.key_name === 'tests')).toBe(true);
  });
});

async function aPersonWith(channel: string, points: Reach[], history: ConsentState[]): Promise<string> {
  const person = await aSympathiser(sampark, { in: 'agra', phones: [], consent: false });
  for (const [n, { suppressed, dead }] of points.entries()) {
    const [table, kind, value, end] =
      channel === 'x'
        ? ['person_identities', 'platform', 'handle', 'to_at']
        : ['contact_points', 'kind', 'value', 'dead_at'];
    await sampark.sql(
      `INSERT INTO ${table} (person_id, id, path, ${kind}, ${value}, suppressed_at, ${end})
       SELECT id, $2, path, $3, $4, $5, $6 FROM people WHERE id = $1`,
      [person.id, uuidv7(), channel, `${n}-${person.id}`, suppressed ? new Date() : null, dead ? new Date() : null],
    );
  }
  for (const state of history)
    await sampark.sql(
      `INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
       SELECT id, $2, path, 'contact', $3, $4, 'paper' FROM people WHERE id = $1`,
      [person.id, uuidv7(), channel, state],
    );
  return person.id;
}
