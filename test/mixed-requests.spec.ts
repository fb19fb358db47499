import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../src/platform/database/unit-of-work.js';
import { scopeFrom, type Actor, type Reach } from '../src/platform/database/actor.js';
import { aSympathiser } from './factories/sympathisers.js';
import { aUser, type AUser } from './factories/users.js';
import { seeded } from '../src/demo/invented-people.js';
import { aSampark, type Sampark } from './support/sampark.js';

const DISTRICTS = ['agra', 'mathura', 'aligarh'];
const PEOPLE = 12;
const REQUESTS = 1_000;
/** Far more at once than the pool has connections. */
const AT_ONCE = 40;

interface Side {
  convenor: AUser;
  member: AUser;
  people: string[];
  assigned: string[];
}

describe('a thousand requests over five connections', () => {
  let sampark: Sampark;
  let sides: Side[];
  beforeAll(async () => {
    sampark = await aSampark({ env: { DATABASE_POOL: '5' } });
    sides = [];
    for (const district of DISTRICTS) {
      const convenor = await aUser(sampark, { role: 'district_convenor', in: district });
      const member = await aUser(sampark, { role: 'team_member', in: district });
      const people: string[] = [];
      for (let n = 0; n < PEOPLE; n += 1)
        people.push((await aSympathiser(sampark, { in: district, assignedTo: n % 3 ? undefined : member.id })).id);
      sides.push({ convenor, member, people, assigned: people.filter((_, n) => n % 3 === 0) });
    }
  });
  afterAll(() => sampark?.close());

  const actorOf = (user: AUser, reach: Reach): Actor => ({
    kind: 'user',
    userId: user.id,
    sessionId: user.id,
    grantId: user.grantId,
    role: user.role,
    reach,
    territoryId: user.territoryId,
    scope: scopeFrom(user.path),
    permissions: new Set(),
  });

  it('never show a row of somebody else’s, whatever failed or was nested before on the same connection', async () => {
    const random = seeded(20_261_125);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const work = sampark.get(UnitOfWork);
    const wrong: string[] = [];
    const done: Record<string, number> = {};
    const only = (what: string, allowed: string[], got: string[]) => {
      const foreign = got.filter((id) => !allowed.includes(id));
      if (foreign.length) wrong.push(`${what} showed ${foreign.join(', ')}`);
    };
    const idsIn = (body: { items: { id: string }[] }) => body.items.map((row) => row.id);

    const kinds: Record<string, (side: Side, other: Side) => Promise<void>> = {
      async list({ convenor, people }) {
        const { status, body } = await sampark.as(convenor).get('/sympathisers?limit=50');
        expect([status, body.items.length]).toEqual([200, people.length]);
        only('a convenor’s list', people, idsIn(body));
      },
      async queue({ member, assigned }) {
        const { status, body } = await sampark.as(member).get('/sympathisers?limit=50');
        expect([status, body.items.length]).toEqual([200, assigned.length]);
        only('a member’s list', assigned, idsIn(body));
      },
      async person({ convenor, people }) {
        const id = pick(people);
        const { status, body } = await sampark.as(convenor).get(`/sympathisers/${id}`);
        expect([status, body.id]).toEqual([200, id]);
      },
      async neighbour({ convenor }, other) {
        expect((await sampark.as(convenor).get(`/sympathisers/${pick(other.people)}`)).status).toBe(404);
      },
      async 'not assigned'({ member, people, assigned }) {
        const others = people.filter((id) => !assigned.includes(id));
        expect((await sampark.as(member).get(`/sympathisers/${pick(others)}`)).status).toBe(404);
      },
      async refused({ convenor }) {
        expect((await sampark.as(convenor).post('/sympathisers', { name: '' })).status).toBe(422);
      },
      async 'written elsewhere'({ convenor }, other) {
        const path = `/sympathisers/${pick(other.people)}/notes`;
        expect([403, 404]).toContain((await sampark.as(convenor).post(path, { text: 'mine now?' })).status);
      },
      async 'fails in the middle'({ convenor }) {
        await expect(
          work.run(actorOf(convenor, 'territory'), async (tx) => {
            await tx.query('SELECT id FROM people');
            await tx.query('SELECT 1 / 0');
          }),
        ).rejects.toThrow('division by zero');
      },
      async 'caught in the middle'({ convenor, people }) {
        const actor = actorOf(convenor, 'territory');
        const ids = await work.run(actor, async (tx) => {
          await tx.query('SELECT 1');
          return work.run(actor, (inner) => inner.query<{ id: string }>('SELECT id FROM people'));
        });
        only('nested work', people, ids.map((row) => row.id)); // prettier-ignore
        expect(ids).toHaveLength(people.length);
      },
      async 'nested as somebody else'({ convenor, people }, other) {
        const ids = await work.run(actorOf(convenor, 'territory'), async (tx) => {
          await expect(
            work.run(actorOf(other.convenor, 'territory'), (inner) => inner.query('SELECT id FROM people')),
          ).rejects.toThrow('another actor');
          return tx.query<{ id: string }>('SELECT id FROM people');
        });
        only('work around a refused one', people, ids.map((row) => row.id)); // prettier-ignore
      },
      async 'as a member'({ member, assigned }) {
        const rows = await work.run(actorOf(member, 'assigned'), (tx) =>
          tx.query<{ person_id: string }>('SELECT person_id FROM contact_points'),
        );
        only('a member’s phones', assigned, rows.map((row) => row.person_id)); // prettier-ignore
        expect(rows).toHaveLength(assigned.length);
      },
    };

    const one = async () => {
      const name = pick(Object.keys(kinds));
      const side = pick(sides);
      const other = pick(sides.filter((another) => another !== side));
      await kinds[name]!(side, other);
      done[name] = (done[name] ?? 0) + 1;
    };
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, one));

    expect(wrong).toEqual([]);
    expect(Object.values(done).reduce((sum, n) => sum + n, 0)).toBe(REQUESTS);
    expect(Object.keys(done).sort()).toEqual(Object.keys(kinds).sort());
  }, 120_000);
});
