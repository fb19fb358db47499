import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MOVING_TABLES, STAYING_TABLES } from '../../src/territories/path-tables.js';
import { ShippedTree } from '../../src/territories/shipped-tree.js';
import { TerritoriesService } from '../../src/territories/territories.service.js';
import { readTerritoryFile } from '../../src/territories/territory-file.js';
import { theRealTree } from '../factories/real-tree.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  await theRealTree(sampark);
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark.close());

const territory = async (code: string) => {
  const [row] = await sampark.sql<{ id: string; path: string; parent: string | null; to_on: string | null }>(
    `SELECT t.id, t.path, p.code AS parent, t.to_on::text FROM territories t LEFT JOIN territories p ON p.id = t.parent_id WHERE t.code = $1`,
    [code],
  );
  return row!;
};
const add = async (parent: string, level: string, name: string, more = {}) => {
  const answer = await sampark
    .as(admin)
    .post('/territories', { parent, level, name_en: name, name_hi: `${name} हिंदी`, ...more });
  expect(answer.status).toBe(201);
  return answer.body as { id: string; code: string };
};

describe('the shipped tree', () => {
  it('is there, with its levels, names in both languages, codes and coverage', async () => {
    expect(await sampark.sql('SELECT level, count(*)::int AS n FROM territories GROUP BY 1 ORDER BY 1')).toEqual([
      { level: 'district', n: 98 },
      { level: 'local_body', n: 1588 },
      { level: 'region', n: 6 },
      { level: 'state', n: 1 },
    ]);
    const [figures] = await sampark.sql(
      `SELECT (SELECT count(*)::int FROM coverage) AS coverage, (SELECT count(*)::int FROM revenue_districts) AS districts,
              (SELECT count(*)::int FROM tehsils) AS tehsils, (SELECT count(*)::int FROM pins) AS pins,
              (SELECT count(*)::int FROM district_aliases) AS aliases,
              (SELECT count(*)::int FROM territories t WHERE NOT EXISTS (SELECT FROM territory_spans s
                WHERE s.territory_id = t.id AND s.to_at IS NULL AND s.path = t.path)) AS without_span`,
    );
    expect(figures).toEqual({ coverage: 1670, districts: 75, tehsils: 350, pins: 1757, aliases: 198, without_span: 0 });
  });

  it('changes nothing when it is loaded again, and leaves alone what was edited', async () => {
    await sampark.sql(`UPDATE territories SET name_en = 'Bijnor, edited' WHERE code = 'bijnor'`);
    const before = await sampark.sql('SELECT md5(string_agg(t::text, $1 ORDER BY id)) AS hash FROM territories t', [
      '|',
    ]);
    const result = await sampark.get(ShippedTree).load(await sampark.system());
    expect(result).toEqual({ created: 0, changed: 0, same: 1692, createdIds: [] });
    expect(
      await sampark.sql('SELECT md5(string_agg(t::text, $1 ORDER BY id)) AS hash FROM territories t', ['|']),
    ).toEqual(before);
  });
});

describe("a user's file", () => {
  const load = async (csv: string) => {
    const known = await sampark.sql<{ code: string; level: string; parentCode: string }>(
      'SELECT t.code, t.level, p.code AS "parentCode" FROM territories t LEFT JOIN territories p ON p.id = t.parent_id',
    );
    const { rows, problems } = readTerritoryFile(csv, { known });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { createdIds: _, ...figures } = await sampark.get(TerritoriesService).load(await sampark.system(), rows);
    return figures;
  };
  const HEADER = 'code,parent_code,level,name_en,name_hi,kind\n';

  it('adds mandals and wards, changes names, moves, and does nothing the second time', async () => {
    const file = `${HEADER}kas-m1,kasganj,mandal,Mandal One,मंडल एक,\nkas-m1-w1,kas-m1,ward,Ward 1,वार्ड 1,\nkas-m1-w2,kas-m1,ward,Ward 2,वार्ड 2,\n`;
    expect(await load(file)).toEqual({ created: 3, changed: 0, same: 0 });
    expect(await load(file)).toEqual({ created: 0, changed: 0, same: 3 });
    const changed = file.replace('Ward 2,', 'Ward Two,').replace('kas-m1-w1,kas-m1', 'kas-m1-w1,kasganj');
    expect(await load(changed)).toEqual({ created: 0, changed: 2, same: 1 });
    expect((await territory('kas-m1-w1')).parent).toBe('kasganj');
    const spans = await sampark.sql(
      `SELECT name_en, to_at IS NULL AS now FROM territory_spans WHERE territory_id = (SELECT id FROM territories WHERE code = 'kas-m1-w2') ORDER BY from_at`,
    );
    expect(spans).toEqual([
      { name_en: 'Ward 2', now: false },
      { name_en: 'Ward Two', now: true },
    ]);
  });

  it('never gives a key of a child twice', async () => {
    await load(`${HEADER}kas-m2,kasganj,mandal,Mandal Two,मंडल दो,\n`);
    const [paths] = await sampark.sql(
      'SELECT count(*)::int AS n, count(DISTINCT path)::int AS distinct FROM (SELECT path FROM territories UNION ALL SELECT path FROM territory_spans WHERE to_at IS NOT NULL AND path NOT IN (SELECT path FROM territories)) x',
    );
    expect(paths!.n).toBe(paths!.distinct);
  });
});

describe('the list', () => {
  it('gives programs what pages show', async () => {
    const answer = await sampark.as(admin).get('/territories?code=agra');
    expect(answer.body).toMatchObject({
      items: [
        {
          code: 'agra',
          level: 'district',
          kind: null,
          name_en: 'Agra',
          name_hi: 'आगरा जिला',
          lgdCode: null,
          parent: { code: 'braj' },
        },
      ],
      next: null,
    });
    expect((await sampark.as(admin).get('/territories?level=region')).body.items).toHaveLength(6);
    expect(
      (await sampark.as(admin).get('/territories?parent=braj&level=district')).body.items.map(
        (one: { code: string }) => one.code,
      ),
    ).toContain('agra');
    expect(
      (await sampark.as(admin).get(`/territories?q=${encodeURIComponent('आगरा')}`)).body.items.length,
    ).toBeGreaterThan(1);
    expect((await sampark.as(admin).get('/territories?level=village')).status).toBe(422);
  });

  it('is paged without a gap or a double, in both languages', async () => {
    for (const lang of ['en', 'hi']) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const answer = await sampark
          .as(admin)
          .get(`/territories?limit=200&lang=${lang}${cursor && `&cursor=${cursor}`}`);
        seen.push(...answer.body.items.map((one: { id: string }) => one.id));
        cursor = answer.body.next as string | null;
      }
      const [all] = await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM territories WHERE to_on IS NULL');
      expect([seen.length, new Set(seen).size]).toEqual([all!.n, all!.n]);
    }
  });

  it('ends where the reader’s territory does', async () => {
    const all = await sampark.as(convenor).get('/territories?limit=200');
    expect(all.body.items.map((one: { code: string }) => one.code)).toEqual(['agra']);
    const mathura = await territory('mathura');
    expect((await sampark.as(convenor).get(`/territories/${mathura.id}`)).status).toBe(404);
    expect((await sampark.as(convenor).get('/territories?parent=mathura')).status).toBe(404);
    expect((await sampark.as().get('/territories')).status).toBe(401);
  });
});

describe('one territory', () => {
  it('is added, renamed and shown with what lies above and below', async () => {
    const { id, code } = await add('hathras', 'mandal', 'Sadabad Mandal');
    expect(code).toBe('hathras-sadabad-mandal');
    await add(id, 'ward', 'Ward 7', { code: 'hathras-w7' });
    expect(
      await sampark.as(admin).post(`/territories/${id}/name`, { name_en: 'Sadabad', name_hi: 'सादाबाद' }),
    ).toMatchObject({ status: 200 });
    const shown = await sampark.as(admin).get(`/territories/${id}`);
    expect(shown.body).toMatchObject({
      name_en: 'Sadabad',
      code,
      parent: { code: 'hathras' },
      children: { items: [{ code: 'hathras-w7' }] },
    });
    expect(shown.body.line.map((one: { code: string }) => one.code)).toEqual(['up', 'braj', 'hathras']);
  });

  it('is refused where it can’t be, field by field', async () => {
    const refused = (body: object) =>
      sampark.as(admin).post('/territories', { name_en: 'X', name_hi: 'X', parent: 'agra', level: 'mandal', ...body });
    expect(await refused({ level: 'region' })).toMatchObject({ status: 422, body: { errors: [{ field: 'level' }] } });
    expect(await refused({ level: 'state' })).toMatchObject({ status: 422, body: { errors: [{ field: 'level' }] } });
    expect(await refused({ code: 'mathura' })).toMatchObject({ status: 422, body: { errors: [{ field: 'code' }] } });
    expect(await refused({ parent: 'nowhere' })).toMatchObject({ status: 404 });
    expect(
      (
        await sampark
          .as(convenor)
          .post('/territories', { name_en: 'X', name_hi: 'X', parent: 'mathura', level: 'mandal' })
      ).status,
    ).toBe(404);
    const organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
    expect(
      (
        await sampark
          .as(organiser)
          .post('/territories', { name_en: 'X', name_hi: 'X', parent: 'agra', level: 'mandal' })
      ).status,
    ).toBe(403);
  });

  it('ends: its people go up and wait, the past keeps it', async () => {
    const { id, code } = await add('etah', 'mandal', 'Jalesar');
    const ward = await add(id, 'ward', 'Ward 1');
    const person = await aSympathiser(sampark, { in: code });
    expect((await sampark.as(admin).post(`/territories/${id}/end`)).status).toBe(409);
    expect((await sampark.as(admin).post(`/territories/${ward.id}/end`)).status).toBe(200);
    expect((await sampark.as(admin).post(`/territories/${id}/end`, { on: '2999-01-01' })).status).toBe(422);
    expect(await sampark.as(admin).post(`/territories/${id}/end`)).toMatchObject({ status: 200, body: { people: 1 } });
    const etah = await territory('etah');
    expect(await sampark.sql('SELECT territory_id, path, waiting FROM people WHERE id = $1', [person.id])).toEqual([
      { territory_id: etah.id, path: etah.path, waiting: true },
    ]);
    expect((await sampark.as(admin).get('/territories?parent=etah&level=mandal')).body.items).toEqual([]);
    expect((await sampark.as(admin).get('/territories?parent=etah&level=mandal&ended=true')).body.items).toHaveLength(
      1,
    );
  });

  it('is the ground nobody pulls from under their own feet', async () => {
    const agra = await territory('agra');
    expect((await sampark.as(convenor).post(`/territories/${agra.id}/end`)).status).toBe(404);
    expect((await sampark.as(convenor).post(`/territories/${agra.id}/parent`, { parent: 'agra' })).status).toBe(404);
  });
});

describe('a move', () => {
  it('knows every table with a path', async () => {
    const tables = await sampark.sql<{ table_name: string }>(
      // Partitions are their parent's.
      `SELECT c.relname AS table_name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attname = 'path' AND NOT a.attisdropped
          AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    );
    expect(tables.map(({ table_name }) => table_name)).toEqual([...MOVING_TABLES, ...STAYING_TABLES].sort());
  });

  it('takes everything below and in it along, in one step; what was counted stays', async () => {
    const mandal = await add('firozabad', 'mandal', 'Tundla');
    const ward = await add(mandal.id, 'ward', 'Ward 1');
    const member = await aUser(sampark, { role: 'team_member', in: ward.code });
    const person = await aSympathiser(sampark, {
      in: ward.code,
      assignedTo: member.id,
      identities: [{ platform: 'x', handle: 'moving' }],
      phones: ['+919822222222'],
    });
    const before = await territory(ward.code);
    await sampark.sql(
      `INSERT INTO attempts (person_id, id, path, user_id, channel, disposition, territory_id, at_path) VALUES ($1, gen_random_uuid(), $2, $3, 'phone', 'reached', $4, $2)`,
      [person.id, before.path, member.id, before.id],
    );
    const target = await territory('firozabad-mahanagar');
    const answer = await sampark.as(admin).post(`/territories/${mandal.id}/parent`, { parent: 'firozabad-mahanagar' });
    expect(answer).toMatchObject({ status: 200, body: { moved: true } });

    const after = await territory(ward.code);
    expect(after.path.startsWith(target.path)).toBe(true);
    for (const table of [
      'people',
      'person_identities',
      'identity_claims',
      'contact_points',
      'consents',
      'assignments',
      'attempts',
    ]) {
      const rows = await sampark.sql(
        `SELECT DISTINCT path FROM ${table} WHERE ${table === 'people' ? 'id' : 'person_id'} = $1`,
        [person.id],
      );
      expect({ table, rows }).toEqual({ table, rows: [{ path: after.path }] });
    }
    expect(await sampark.sql('SELECT at_path FROM attempts WHERE person_id = $1', [person.id])).toEqual([
      { at_path: before.path },
    ]);
    expect(await sampark.sql('SELECT path FROM grants WHERE user_id = $1', [member.id])).toEqual([
      { path: after.path },
    ]);
    const spans = await sampark.sql(
      'SELECT path, to_at IS NULL AS now FROM territory_spans WHERE territory_id = $1 ORDER BY from_at',
      [after.id],
    );
    expect(spans).toEqual([
      { path: before.path, now: false },
      { path: after.path, now: true },
    ]);
    const [entry] = await sampark.sql(
      `SELECT path, facts FROM audit_entries WHERE action = 'territory.moved' AND subject_id = $1`,
      [mandal.id],
    );
    expect(entry).toMatchObject({ facts: { from: 'firozabad', to: 'firozabad-mahanagar' } });
  });

  it('brings along whoever was written down at the old path meanwhile', async () => {
    const mandal = await add('mainpuri', 'mandal', 'Bhongaon');
    const before = await territory(mandal.code);
    await sampark.as(admin).post(`/territories/${mandal.id}/parent`, { parent: 'etah' });
    const person = await aSympathiser(sampark, { in: mandal.code });
    await sampark.sql('UPDATE people SET path = $2 WHERE id = $1', [person.id, before.path]);
    await sampark.sql(`UPDATE graphile_worker._private_jobs SET run_at = now()`);
    await sampark.drain();
    const after = await territory(mandal.code);
    expect(await sampark.sql('SELECT path FROM people WHERE id = $1', [person.id])).toEqual([{ path: after.path }]);
  });

  it('is refused below itself, where levels don’t nest, and beyond the actor’s territory', async () => {
    const body = await add('mathura', 'local_body', 'Body', { kind: 'block', code: 'move-body' });
    const mandal = await add(body.id, 'mandal', 'Mandal', { code: 'move-mandal' });
    const other = await add('mathura', 'mandal', 'Other', { code: 'move-other' });
    const agra = await territory('agra');
    const to = (id: string, parent: string, as = admin) => sampark.as(as).post(`/territories/${id}/parent`, { parent });
    expect(await to(body.id, 'move-mandal')).toMatchObject({ status: 422, body: { errors: [{ field: 'parent' }] } });
    expect(await to(body.id, body.id)).toMatchObject({ status: 422 });
    expect(await to(agra.id, 'mathura')).toMatchObject({ status: 422 });
    expect(await to(body.id, other.id)).toMatchObject({ status: 422, body: { errors: [{ field: 'parent' }] } });
    const mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    expect((await to(other.id, 'agra', mathura)).status).toBe(404);
    expect((await to(other.id, 'agra', convenor)).status).toBe(404);
    expect((await to(mandal.id, 'mathura', mathura)).body).toMatchObject({ moved: true });
    expect((await to(mandal.id, 'mathura', mathura)).body).toMatchObject({ moved: false });
  });

  it('places a body that waits below its region in one step, with the region’s own scope', async () => {
    const coordinator = await aUser(sampark, { role: 'region_coordinator', in: 'braj' });
    const [body] = await sampark.sql<{ id: string }>(
      `SELECT id FROM territories WHERE level = 'local_body' AND code LIKE 'agra-%' AND parent_id = (SELECT id FROM territories WHERE code = 'braj') LIMIT 1`,
    );
    expect(
      (await sampark.as(coordinator).post(`/territories/${body!.id}/parent`, { parent: 'agra' })).body,
    ).toMatchObject({ moved: true });
    expect((await sampark.as(convenor).get(`/territories/${body!.id}`)).status).toBe(200);
  });
});

describe('the pages', () => {
  it('are there in both languages', async () => {
    const agra = await territory('agra');
    for (const lang of ['en', 'hi'] as const) {
      const browser = sampark.browser(admin, { lang });
      for (const address of [
        '/territories',
        '/territories?q=agra',
        `/territories/${agra.id}`,
        `/territories/${agra.id}/edit`,
        `/territories/new?parent=${agra.id}`,
        '/coverage',
        '/placements',
      ]) {
        const page = await browser.get(address);
        expect({ address, status: page.status }).toEqual({ address, status: 200 });
      }
    }
  });

  it('give a refused form back with its words and values', async () => {
    const agra = await territory('agra');
    const browser = sampark.browser(admin);
    await browser.get(`/territories/new?parent=${agra.id}`);
    const answer = await browser.post('/territories', {
      parent: agra.id,
      level: 'mandal',
      name_en: 'Typed name',
      name_hi: 'नाम',
      code: 'mathura',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Typed name');
    expect(answer.text).toContain('The code mathura is taken already.');
  });
});
