import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../../src/access/sessions.service.js';
import type { Actor, LinkActor } from '../../src/platform/database/actor.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { CONSENT_STATES, PURPOSES } from '../../src/sympathisers/consent/purposes.js';
import { ReachMending } from '../../src/sympathisers/consent/reach-mending.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { anImport, anUpload, DECLARED } from '../factories/imports.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { Random } from '../fuzz/random.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let state: AUser;
let agra: AUser;
let member: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  state = await aUser(sampark, { role: 'state_admin', in: 'up' });
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
});
afterAll(() => sampark?.close());

const actorOf = async (user: { token: string }) => (await sampark.get(SessionsService).findToken(user.token))!;
const linkOf = (personId: string): LinkActor => ({ kind: 'link', purpose: 'stop', personId });

const CHANNELS = ['phone', 'email', 'x', 'whatsapp', 'instagram'];
/** Where what is kept and the rule itself, asked of everybody in the tables for every channel, don't agree. */
const differences = () =>
  sampark.sql(
    `SELECT p.id, w.purpose, c.code AS channel, k.barrier AS kept, contact_barrier(p.id, w.purpose, c.code) AS rule
       FROM people p CROSS JOIN unnest('{contact,invitations}'::text[]) AS w (purpose) CROSS JOIN channels c
       JOIN LATERAL (SELECT b.barrier FROM contact_barriers(w.purpose, c.code) b WHERE b.person_id = p.id) k ON true
      WHERE k.barrier IS DISTINCT FROM contact_barrier(p.id, w.purpose, c.code)
         OR (c.bit > 1 AND (p.on_platforms >> c.bit & 1 = 1)
             <> EXISTS (SELECT FROM person_identities i WHERE i.person_id = p.id AND i.platform = c.code AND i.to_at IS NULL))`,
  );

describe('what is kept on people', () => {
  it.each([1, 2, 3])('is what the rule says, whatever is done to them (seed %i)', async (seed) => {
    const random = new Random(seed);
    const pick = <T>(list: readonly T[]): T => random.pick(list);
    const below = (n: number) => Math.floor(random.next() * n);
    const phones = Array.from({ length: 6 }, (_, n) => `98${seed}33${String(10_000 + n)}`);
    const emails = Array.from({ length: 4 }, (_, n) => `seed${seed}.${n}@example.org`);
    const handles = Array.from({ length: 6 }, (_, n) => `seed_${seed}_${n}`);
    const people: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { id } = await aSympathiser(sampark, {
        in: n === 4 ? 'mathura' : 'agra',
        name: `Person ${seed} ${n}`,
        phones: [`+91${phones[n]}`],
        emails: n % 2 ? [emails[0]!] : [],
        assignedTo: n === 0 ? member.id : undefined,
        consent: n % 3 !== 1,
      });
      people.push(id);
    }
    const imports: string[] = [];
    const merges: { winner: string; id: string }[] = [];
    const as = () => sampark.as(state);
    const acts: Record<string, () => Promise<unknown>> = {
      agree: () =>
        as().post(`/sympathisers/${pick(people)}/consents`, {
          purposes: PURPOSES.filter(() => below(2)),
          state: pick(['given', 'given', 'refused', 'withdrawn']),
          how: 'spoken',
          ...(below(2) ? { channel: pick(CHANNELS) } : {}),
          ...(below(3) ? {} : { consentOn: pick(['2026-01-05', '2026-02-10']) }),
        }),
      'run out': async () =>
        sampark
          .get(ConsentService)
          .record(await sampark.system(), pick(people), [
            { purpose: pick(PURPOSES), channel: pick(CHANNELS), state: pick(CONSENT_STATES), how: 'spoken' },
          ])
          // Set aside, or gone with an import.
          .catch(() => undefined),
      add: () =>
        as().post(`/sympathisers/${pick(people)}/points`, {
          phones: below(2) ? [pick(phones)] : [],
          emails: below(2) ? [pick(emails)] : [],
          identities: [{ platform: pick(['x', 'instagram']), handle: pick(handles) }],
          agreedAnew: below(2) === 1,
          changedHands: below(2) === 1,
        }),
      whatsapp: () => as().post(`/sympathisers/${pick(people)}/points`, { identities: [{ platform: 'whatsapp', handle: pick(phones) }], agreedAnew: true }), // prettier-ignore
      end: async () => {
        const id = pick(people);
        const { reach = [] } = (await as().get(`/sympathisers/${id}`)).body as { reach?: { id: string }[] };
        if (reach.length) await as().post(`/sympathisers/${id}/points/${pick(reach).id}/end`, { why: 'by_hand' });
      },
      'wrong number': async () => {
        const [point] = await sampark.sql<{ value: string }>(
          `SELECT value FROM contact_points WHERE person_id = $1 AND kind = 'phone' AND dead_at IS NULL`,
          [people[0]],
        );
        if (point)
          await sampark
            .as(member)
            .post('/attempts', { person_id: people[0], channel: 'phone', point: point.value, disposition: 'wrong_number' }); // prettier-ignore
      },
      stop: async () => {
        const id = pick(people);
        const actor: Actor = pick([linkOf(id), await sampark.system(), await actorOf(state)]);
        await sampark
          .get(StopService)
          .stop(actor, id, 'link')
          .catch(() => undefined);
      },
      wish: () => as().post(`/sympathisers/${pick(people)}/wishes`, { only: pick([null, 'phone', 'email']), notBefore: pick([null, '2027-01-01', '2026-01-01']) }), // prettier-ignore
      import: async () => {
        const rows = [0, 1, 2].map((n) => ({
          name: `Person ${seed} ${below(6)}`,
          phone: pick(phones),
          email: below(2) ? pick(emails) : '',
          platform: 'X',
          handle: pick(handles),
          district: 'Agra',
          consent: pick(['yes', 'yes', '', 'no', n ? 'yes' : '']),
        }));
        imports.push((await anImport(sampark, state, rows)).id);
        const found = await sampark.sql<{ id: string }>(`SELECT id FROM people WHERE batch_id = $1`, [imports.at(-1)]);
        people.push(...found.map(({ id }) => id));
      },
      undo: async () => {
        const id = imports.pop();
        if (!id) return;
        await as().post(`/imports/${id}/undo`);
        await sampark.drain();
      },
      merge: async () => {
        const [winner, loser] = [pick(people), pick(people)];
        const { status, body } = await as().post(`/sympathisers/${winner}/merges`, { other: loser });
        if (status === 201) merges.push({ winner, id: (body as { mergeId: string }).mergeId });
      },
      unmerge: async () => {
        const last = merges.pop();
        if (last) await as().post(`/sympathisers/${last.winner}/merges/${last.id}/undo`);
      },
    };
    const did: string[] = [];
    for (let n = 0; n < 40; n += 1) {
      const act = pick(Object.keys(acts));
      did.push(act);
      await acts[act]!();
      expect([did.slice(-5), await differences()]).toEqual([did.slice(-5), []]);
    }
    expect(await sampark.get(ReachMending).mend(await sampark.system(), 7)).toBe(0);
  });

  it('is mended in the night where it is not, and the trail says so', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', phones: ['+919833400001'] });
    await sampark.sql('UPDATE people SET contact_c = 0, invite_a = 4 WHERE id = $1', [id]);
    expect(await differences()).not.toEqual([]);
    expect(await sampark.get(ReachMending).mend(await sampark.system())).toBe(1);
    expect(await differences()).toEqual([]);
    const [entry] = await sampark.sql<{ facts: object; people: string[] }>(
      `SELECT facts, people FROM audit_entries WHERE action = 'consent.reach_mended' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry).toMatchObject({ facts: { mended: 1 }, people: [id] });
  });

  it('knows what they asked for: one way alone, and not before a day', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', phones: ['+919833400002'], emails: ['way@example.org'] });
    const answers = async () => {
      const [row] = await sampark.sql(
        `SELECT contact_barrier($1, 'contact', 'phone') AS call, contact_barrier($1, 'invitations', 'email') AS invite,
                contact_barrier($1, 'register', 'phone') AS keep`,
        [id],
      );
      expect(await differences()).toEqual([]);
      return row;
    };
    await sampark.as(agra).post(`/sympathisers/${id}/wishes`, { only: 'phone' });
    expect(await answers()).toEqual({ call: null, invite: 'other_channel', keep: null });
    const person = (await sampark.as(agra).get(`/sympathisers/${id}`)).body as { barriers: object };
    expect(person.barriers).toEqual({ phone: null, email: 'other_channel' });
    await sampark.as(agra).post(`/sympathisers/${id}/wishes`, { only: null, notBefore: '2027-06-01' });
    expect(await answers()).toEqual({ call: 'paused', invite: 'paused', keep: null });
  });
});

describe('a channel that there isn’t', () => {
  it('reaches nobody', async () => {
    const [row] = await sampark.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM contact_barriers('contact', 'pigeon') WHERE barrier IS DISTINCT FROM 'no_point'`,
    );
    expect(row!.n).toBe(0);
  });
});

describe('a paper typed in later', () => {
  it('counts as of its day: it doesn’t undo a withdrawal, and an old no doesn’t undo a newer yes', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', phones: ['+919833400003'] });
    const consents = sampark.get(ConsentService);
    const system = await sampark.system();
    const say = (st: 'given' | 'refused' | 'withdrawn', at?: string) =>
      consents.record(system, id, [
        { purpose: 'contact', channel: 'phone', state: st, how: 'paper', at: at ? new Date(at) : undefined },
      ]);
    const barrier = () => consents.barrier(system, id, 'contact', 'phone');
    await say('refused', '2026-01-10T00:00:00Z');
    expect(await barrier()).toBeNull();
    await say('withdrawn');
    await say('given', '2026-03-01T00:00:00Z');
    expect(await barrier()).toBe('withdrawn');
    await say('given');
    expect(await barrier()).toBeNull();
    // What is said now is newer than whatever a clock said that ran ahead; and nothing is said in times to come.
    await say('given', '2030-01-01T00:00:00Z');
    await say('withdrawn');
    expect(await barrier()).toBe('withdrawn');
    const [late] = await sampark.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM consents WHERE person_id = $1 AND at > clock_timestamp()',
      [id],
    );
    expect(late!.n).toBe(0);
    expect(await differences()).toEqual([]);
  });
});

describe('what asks “may we?” alone', () => {
  it('writes: a bare row into the ledger, the points, invitations or mails is refused to everybody who acts', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      phones: ['+919833400004'],
      emails: ['bare@example.org'],
      assignedTo: member.id,
    });
    const [{ path }] = (await sampark.sql('SELECT path FROM people WHERE id = $1', [id])) as [{ path: string }];
    const [{ event }] = (await sampark.sql<{ event: string }>(
      `INSERT INTO events (id, territory_id, path, kind, title_en, place, starts_at, ends_at, zone)
       SELECT $1, territory_id, path, 'meet_up', 'Meet', 'Hall', now() + interval '1 day', now() + interval '26 hours', 'Asia/Kolkata'
         FROM people WHERE id = $2 RETURNING id AS event`,
      [uuidv7(), id],
    )) as [{ event: string }];
    const organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
    const actors: Actor[] = [
      await sampark.system(),
      await actorOf(state),
      await actorOf(agra),
      await actorOf(member),
      await actorOf(organiser),
      linkOf(id),
    ];
    const bare: [string, unknown[]][] = [
      [`INSERT INTO public.consents (person_id, id, path, purpose, channel, state, how) VALUES ($1, $2, $3, 'contact', 'x', 'given', 'paper')`, [id, uuidv7(), path]],
      [`INSERT INTO public.contact_points (person_id, id, path, kind, value) VALUES ($1, $2, $3, 'phone', '+919833400099')`, [id, uuidv7(), path]],
      [`INSERT INTO public.person_identities (person_id, id, path, platform, handle) VALUES ($1, $2, $3, 'x', 'bare')`, [id, uuidv7(), path]],
      [`INSERT INTO public.invitations (person_id, id, event_id, path, language) VALUES ($1, $2, $4, $3, 'hi')`, [id, uuidv7(), path, event]],
      [`INSERT INTO public.mails (person_id, id, path, kind, event_id) VALUES ($1, $2, $3, 'invitation', $4)`, [id, uuidv7(), path, event]],
      [`UPDATE public.contact_points SET suppressed_at = NULL WHERE person_id = $1`, [id]],
      [`UPDATE public.contact_points SET dead_at = NULL WHERE person_id = $1`, [id]],
      [`UPDATE public.person_identities SET to_at = NULL WHERE person_id = $1`, [id]],
      [`UPDATE public.mails SET worker = 'me', sending_at = now() WHERE person_id = $1`, [id]],
    ]; // prettier-ignore
    for (const actor of actors)
      for (const [sql, params] of bare) {
        const done = sampark.get(UnitOfWork).run(actor, (tx) => tx.execute(sql, params));
        // The holder of a link to their own data may end a point of theirs; of another link's they find none.
        if (actor.kind === 'link' && /SET (dead_at|to_at)/.test(sql)) expect(await done).toBe(0);
        else await expect(done).rejects.toThrow('errors.forbidden');
      }
    // Nor can a mail be leased by changing its state, or by whom it isn't: the name of a worker is the gate's to give.
    await sampark.sql(`INSERT INTO mails (person_id, id, path, kind, event_id) VALUES ($1, $2, $3, 'invitation', $4)`, [
      id,
      uuidv7(),
      path,
      event,
    ]);
    await expect(
      sampark
        .get(UnitOfWork)
        .run(actors[0]!, (tx) => tx.execute(`UPDATE mails SET state = 'sending' WHERE person_id = $1`, [id])),
    ).rejects.toThrow('mails_sending_are_leased');
  });

  it('asks for whom: nobody writes into the ledger of somebody who isn’t in their hands', async () => {
    const mine = await aSympathiser(sampark, { in: 'agra', phones: ['+919833400005'], assignedTo: member.id });
    const other = await aSympathiser(sampark, { in: 'agra', phones: ['+919833400006'] });
    const entry = (personId: string) =>
      JSON.stringify([{ person_id: personId, id: uuidv7(), purpose: 'contact', channel: 'phone', state: 'given', how: 'spoken' }]); // prettier-ignore
    const stranger = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    const write = (actor: Actor, personId: string) =>
      sampark.get(UnitOfWork).run(actor, (tx) => tx.query('SELECT gate.record_consents($1)', [entry(personId)]));
    await write(await actorOf(member), mine.id);
    await write(linkOf(other.id), other.id);
    for (const [actor, personId] of [
      [await actorOf(member), other.id],
      [await actorOf(stranger), mine.id],
      [linkOf(other.id), mine.id],
    ] as const)
      await expect(write(actor, personId)).rejects.toThrow('errors.forbidden');
  });
});

describe('a paper form', () => {
  const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const send = (as: AUser, id: string, content: Buffer | string, fields: Record<string, string> = {}) =>
    sampark
      .as(as)
      .upload(
        `/sympathisers/${id}/papers`,
        { name: 'form.png', content },
        { purposes: 'contact', state: 'given', ...fields },
      );

  it('is kept with what it says, shown to who may see the person, and each look is written down', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      phones: ['+919833500001'],
      consent: false,
      assignedTo: member.id,
    });
    const { status, body } = await send(member, id, PNG, { channel: 'phone', consentOn: '2026-02-03' });
    expect([status, typeof (body as { paper: string }).paper]).toEqual([201, 'string']);
    const page = (await sampark.as(member).get(`/sympathisers/${id}`)).body as { barriers: object; ledger: { paper: string; how: string; at: string }[] }; // prettier-ignore
    expect(page.barriers).toEqual({ phone: null });
    expect(page.ledger).toEqual([
      expect.objectContaining({
        paper: (body as { paper: string }).paper,
        how: 'paper',
        at: '2026-02-02T18:30:00.000Z',
      }),
    ]);
    const paper = await sampark.as(agra).get(`/sympathisers/${id}/papers/${page.ledger[0]!.paper}`);
    expect([paper.status, paper.headers['content-type'], paper.headers['x-content-type-options']]).toEqual([200, 'image/png', 'nosniff']); // prettier-ignore
    expect(String(paper.headers['content-security-policy'])).toContain('sandbox');
    const entries = await sampark.sql<{ action: string; people: string[] }>(
      `SELECT action, people FROM audit_entries WHERE action LIKE 'consent.paper%' AND $1 = ANY (people) ORDER BY id`,
      [id],
    );
    expect(entries.map(({ action }) => action)).toEqual(['consent.paper_kept', 'consent.paper_shown']);
    // Another's paper by one's own person's address is nobody's.
    const other = await aSympathiser(sampark, { in: 'agra', phones: ['+919833500002'] });
    expect((await sampark.as(agra).get(`/sympathisers/${other.id}/papers/${page.ledger[0]!.paper}`)).status).toBe(404);
  });

  it('is a picture or a PDF of a phone’s size, and nothing else is kept or written', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', phones: ['+919833500003'], consent: false });
    for (const [content, key] of [
      ['<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'JPEG'],
      [Buffer.concat([PNG, Buffer.alloc(6 * 1024 * 1024)]), '6 MB'],
    ] as const) {
      const answer = await send(agra, id, content);
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([422, expect.stringContaining(key)]);
    }
    const left = await sampark.sql(
      'SELECT 1 FROM consent_scans WHERE person_id = $1 UNION ALL SELECT 1 FROM consents WHERE person_id = $1',
      [id],
    );
    expect(left).toEqual([]);
  });
});

describe('a mail that waits', () => {
  it('goes to nobody who stopped between the queue and the sending, and says why', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', emails: ['between@example.org'] });
    const event = uuidv7();
    await sampark.sql(
      `INSERT INTO events (id, territory_id, path, kind, title_en, place, starts_at, ends_at, zone)
       SELECT $1, territory_id, path, 'meet_up', 'Meet', 'Hall', now() + interval '1 day', now() + interval '26 hours', 'Asia/Kolkata'
         FROM people WHERE id = $2`,
      [event, id],
    );
    expect((await sampark.as(agra).post(`/events/${event}/invitations`, { personIds: [id] })).status).toBe(202);
    await sampark.get(StopService).stop(await sampark.system(), id, 'mail');
    // Even where a worker has looked before and would send by what it knew, no lease is given.
    const leased = await sampark
      .get(UnitOfWork)
      .run(await sampark.system(), (tx) =>
        tx.query(
          `SELECT gate.lease_mails(ARRAY[m.person_id], ARRAY[m.id], ARRAY[m.id], 'late') FROM mails m WHERE m.person_id = $1`,
          [id],
        ),
      );
    expect(leased).toEqual([]);
    await sampark.drain();
    const sent = (await sampark.mails()).filter((mail) => JSON.stringify(mail.to).includes('between@example.org'));
    expect(sent).toEqual([]);
    expect(await sampark.sql('SELECT state, why FROM mails WHERE person_id = $1', [id])).toEqual([
      { state: 'refused', why: 'suppressed' },
    ]);
    // What happened all the same may be written down, and is marked.
    const logged = await sampark
      .as(agra)
      .post('/attempts', { person_id: id, channel: 'email', disposition: 'reached', note: 'They wrote to us' });
    expect([logged.status, (logged.body as { against: string }).against]).toEqual([201, 'suppressed']);
    const page = await sampark.browser(agra).get(`/sympathisers/${id}`);
    expect(page.text).toContain('Without a yes: Asked to stop');
  });
});

describe('a yes in a file', () => {
  const rows = (phone: string) => [{ name: 'Declared One', phone, district: 'Agra', consent: 'yes' }];
  const entries = (phone: string) =>
    sampark.sql(
      `SELECT e.purpose, e.how, e.notice, e.at, e.batch_id FROM consents e JOIN contact_points c ON c.person_id = e.person_id WHERE c.value = $1 ORDER BY 1`,
      [`+91${phone}`],
    );

  it('counts where the office answers for it, after which words, when, and where the originals are', async () => {
    const preview = await anUpload(sampark, state, rows('9833600001'));
    const page = await sampark.browser(state).get(`/imports/${preview.id}`);
    expect(page.text).toContain('Did they agree?');
    for (const [body, field] of [
      [{ agreed: 'yes', originals: 'file 12' }, 'agreedOn'],
      [{ agreed: 'yes', agreedOn: '2026-01-15' }, 'originals'],
      [{ agreed: 'yes', agreedOn: '2099-01-15', originals: 'file 12' }, 'agreedOn'],
    ] as const) {
      const answer = await sampark.as(state).post(`/imports/${preview.id}/confirmation`, body);
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([422, expect.stringContaining(field)]);
    }
    await sampark.as(state).post(`/imports/${preview.id}/confirmation`, DECLARED);
    await sampark.drain();
    const written = await entries('9833600001');
    expect(written.map(({ purpose }) => purpose)).toEqual(['contact', 'invitations', 'register']);
    for (const entry of written)
      expect(entry).toMatchObject({ how: 'import', notice: 'register-1', batch_id: preview.id });
    expect((written[0]!.at as Date).toISOString().slice(0, 10)).toMatch(/2026-01-1[45]/);
    const done = await sampark.browser(state).get(`/imports/${preview.id}`);
    expect(done.text).toContain(DECLARED.originals);
    const [entry] = await sampark.sql<{ facts: object }>(
      `SELECT facts FROM audit_entries WHERE action = 'import.declared' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry!.facts).toEqual({ notice: 'register-1', agreed_on: DECLARED.agreedOn });
    expect(await differences()).toEqual([]);
  });

  it('is nobody’s yes where nobody does: they come in, and may not be contacted', async () => {
    const preview = await anUpload(sampark, state, rows('9833600002'));
    await sampark.as(state).post(`/imports/${preview.id}/confirmation`, { agreed: 'no' });
    await sampark.drain();
    expect(await entries('9833600002')).toEqual([]);
    const [row] = await sampark.sql(
      `SELECT contact_barrier(person_id, 'contact', 'phone') AS barrier FROM contact_points WHERE value = '+919833600002'`,
    );
    expect(row).toEqual({ barrier: 'no_consent' });
    expect(await differences()).toEqual([]);
  });
});
