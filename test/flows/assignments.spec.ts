import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AssignmentsService } from '../../src/assignments/assignments.service.js';
import { SpreadAll } from '../../src/assignments/assignments.jobs.js';
import { UserEnded } from '../../src/access/user-ended.job.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { aTeamAt, joinsTeam, manyPeople } from '../factories/outreach.js';
import { theRealTree } from '../factories/real-tree.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

describe('spreading a territory’s people over its team', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
    await theRealTree(sampark);
  });
  afterAll(() => sampark?.close());

  const loads = async (teamId: string) => {
    const rows = await sampark.sql<{ user_id: string; n: number }>(
      `SELECT m.user_id, (SELECT count(*)::int FROM people p WHERE p.assigned_to = m.user_id) AS n
         FROM memberships m WHERE m.team_id = $1 AND m.to_at IS NULL ORDER BY m.user_id`,
      [teamId],
    );
    return rows.map(({ n }) => n);
  };

  it('gives everybody the same share, once, and says so to the audit', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const team = await aTeamAt(sampark, 'agra', 3);
    await manyPeople(sampark, 'agra', 10);
    const answer = await sampark.as(convenor).post('/assignments/spread', { team_id: team.id });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ given: 10, hands: 3 });
    expect((await loads(team.id)).sort()).toEqual([3, 3, 4]);
    const [entry] = await sampark.sql(
      `SELECT facts FROM audit_entries WHERE action = 'assignment.spread' AND subject_id = $1`,
      [team.id],
    );
    expect(entry).toEqual({ facts: { given: 10, hands: 3 } });
    const [open] = await sampark.sql(
      `SELECT count(*)::int AS n FROM assignments WHERE team_id = $1 AND closed_at IS NULL AND by_user = $2`,
      [team.id, convenor.id],
    );
    expect(open).toEqual({ n: 10 });

    // Who has somebody keeps them; new people go to who has fewest.
    const before = await sampark.sql('SELECT id, assigned_to FROM people WHERE team_id = $1 ORDER BY id', [team.id]);
    await manyPeople(sampark, 'agra', 2);
    expect((await sampark.as(convenor).post('/assignments/spread', { team_id: team.id })).body.given).toBe(2);
    expect(await loads(team.id)).toEqual([4, 4, 4]);
    const after = await sampark.sql('SELECT id, assigned_to FROM people WHERE team_id = $1 ORDER BY id', [team.id]);
    expect(after).toEqual(expect.arrayContaining(before));
    expect((await sampark.as(convenor).post('/assignments/spread', { team_id: team.id })).body.given).toBe(0);
  });

  it('gives nobody twice when two press at once', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'aligarh' });
    const team = await aTeamAt(sampark, 'aligarh', 4);
    await manyPeople(sampark, 'aligarh', 101);
    const answers = await Promise.all(
      [1, 2, 3].map(() => sampark.as(convenor).post('/assignments/spread', { team_id: team.id })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.reduce((sum, { body }) => sum + body.given, 0)).toBe(101);
    expect((await loads(team.id)).sort()).toEqual([25, 25, 25, 26]);
  });

  it('levels any loads like water, as far as nobody has to give up somebody', async () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    const team = await aTeamAt(sampark, 'hathras', 5);
    const service = sampark.get(AssignmentsService);
    const system = await sampark.system();
    for (let round = 0; round < 12; round++) {
      await sampark.sql(`UPDATE people SET closed_at = now() WHERE team_id = $1`, [team.id]);
      const before: number[] = [];
      for (const member of team.members) {
        const size = random(12);
        before.push(size);
        if (size) await manyPeople(sampark, 'hathras', size, { id: member.id, teamId: team.id });
      }
      const fresh = random(30);
      if (fresh) await manyPeople(sampark, 'hathras', fresh);
      await service.spread(system, team.id);
      const after: number[] = [];
      for (const member of team.members) {
        const [row] = await sampark.sql<{ n: number }>(
          'SELECT count(*)::int AS n FROM people WHERE assigned_to = $1 AND closed_at IS NULL',
          [member.id],
        );
        after.push(row!.n);
      }
      expect(after.reduce((a, b) => a + b, 0)).toBe(before.reduce((a, b) => a + b, 0) + fresh);
      const lowest = Math.min(...after);
      after.forEach((load, i) => {
        expect(load).toBeGreaterThanOrEqual(before[i]!);
        // Whoever was given somebody is not above the others by more than one.
        if (load > before[i]!) expect(load).toBeLessThanOrEqual(lowest + 1);
      });
    }
  });

  it('leaves out who did not agree, who said no, and who was given back', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    const team = await aTeamAt(sampark, 'mathura', 1);
    const [member] = team.members;
    await aSympathiser(sampark, { in: 'mathura', consent: false });
    const declined = await aSympathiser(sampark, { in: 'mathura' });
    await sampark.sql('UPDATE people SET closed_at = now() WHERE id = $1', [declined.id]);
    const kept = await aSympathiser(sampark, { in: 'mathura' });
    expect((await sampark.as(convenor).post('/assignments/spread', { team_id: team.id })).body.given).toBe(1);

    const back = await sampark
      .as(member)
      .post(`/assignments/${kept.id}/return`, { reason: 'knows_better', note: 'उनके भाई' });
    expect(back.status).toBe(200);
    expect((await sampark.as(member).get(`/assignments`)).body.items).toEqual([]);
    expect((await sampark.as(convenor).post('/assignments/spread', { team_id: team.id })).body.given).toBe(0);
    const { body } = await sampark.as(convenor).get('/assignments?state=returned');
    expect(body.items).toMatchObject([
      { person: { id: kept.id }, member: { id: member!.id }, state: 'returned', why: 'knows_better', note: 'उनके भाई' },
    ]);

    // The convenor decides; the history keeps both.
    const given = await sampark.as(convenor).post(`/assignments/${kept.id}`, { user_id: member!.id });
    expect(given.status).toBe(200);
    expect((await sampark.as(convenor).get('/assignments?state=returned')).body.items).toEqual([]);
    const history = await sampark.sql('SELECT state FROM assignments WHERE person_id = $1 ORDER BY id', [kept.id]);
    expect(history).toEqual([{ state: 'returned' }, { state: 'given' }]);
  });

  it('gives the people of a mandal to the mandal’s team, once that has somebody', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'etah' });
    await sampark.sql(
      `WITH d AS (UPDATE territories SET children_made = children_made + 1 WHERE code = 'etah' RETURNING id, path, children_made)
       INSERT INTO territories (id, parent_id, path, code, level, name_en, name_hi)
       SELECT gen_random_uuid(), id, path || lpad((children_made + 900)::text, 4, '0'), 'etah-mandal', 'mandal', 'Nagar', 'नगर' FROM d`,
    );
    const district = await aTeamAt(sampark, 'etah', 1);
    const mandal = await aTeamAt(sampark, 'etah-mandal', 0);
    await manyPeople(sampark, 'etah-mandal', 3);
    const client = sampark.as(convenor);
    const refused = await client.post('/assignments/spread', { team_id: mandal.id });
    expect(refused.status).toBe(409);
    expect((await client.post('/assignments/spread', { team_id: district.id })).body.given).toBe(3);

    await joinsTeam(sampark, mandal.id, await aUser(sampark, { role: 'team_member', in: 'etah-mandal' }), 1);
    await manyPeople(sampark, 'etah-mandal', 2);
    await manyPeople(sampark, 'etah', 1);
    expect((await client.post('/assignments/spread', { team_id: district.id })).body.given).toBe(1);
    expect((await client.post('/assignments/spread', { team_id: mandal.id })).body.given).toBe(2);
  });

  it('is nothing for a neighbour convenor, nor for a member', async () => {
    const team = await aTeamAt(sampark, 'firozabad', 1);
    const [person] = await manyPeople(sampark, 'firozabad', 1);
    const neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mainpuri' });
    const [member] = team.members;
    expect((await sampark.as(neighbour).post('/assignments/spread', { team_id: team.id })).status).toBe(404);
    expect((await sampark.as(neighbour).post(`/assignments/${person}`, { user_id: member!.id })).status).toBe(404);
    expect((await sampark.as(member).post('/assignments/spread', { team_id: team.id })).status).toBe(403);
    expect((await sampark.as(neighbour).get('/assignments')).body.items).toEqual([]);
  });

  it('lets a member accept only who is theirs', async () => {
    const team = await aTeamAt(sampark, 'kasganj', 2);
    const [mine, other] = team.members;
    const person = await aSympathiser(sampark, { in: 'kasganj', assignedTo: mine!.id });
    expect((await sampark.as(other).post(`/assignments/${person.id}/acceptance`)).status).toBe(404);
    expect((await sampark.as(mine).post(`/assignments/${person.id}/acceptance`)).status).toBe(200);
    expect((await sampark.as(mine).get('/assignments')).body.items).toMatchObject([
      { person: { id: person.id }, state: 'accepted' },
    ]);
    expect((await sampark.as(other).get('/assignments')).body.items).toEqual([]);
  });

  it('spreads by night, and frees the people of who left', async () => {
    const team = await aTeamAt(sampark, 'bareilly', 2);
    await manyPeople(sampark, 'bareilly', 4);
    const system = await sampark.system();
    const enqueue = (job: typeof SpreadAll | typeof UserEnded, payload: object) =>
      sampark.get(UnitOfWork).run(system, (tx) => tx.enqueue(job as typeof UserEnded, payload as { userId: string }));
    await enqueue(SpreadAll, {});
    await sampark.drain();
    expect(await loads(team.id)).toEqual([2, 2]);

    const [leaver, stays] = team.members;
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [leaver!.id]);
    await enqueue(UserEnded, { userId: leaver!.id });
    await sampark.drain();
    const [freed] = await sampark.sql(
      `SELECT count(*)::int AS n FROM assignments WHERE user_id = $1 AND closed_why = 'left'`,
      [leaver!.id],
    );
    expect(freed).toEqual({ n: 2 });
    await enqueue(SpreadAll, {});
    await sampark.drain();
    const [row] = await sampark.sql('SELECT count(*)::int AS n FROM people WHERE assigned_to = $1', [stays!.id]);
    expect(row).toEqual({ n: 4 });
  });
});
