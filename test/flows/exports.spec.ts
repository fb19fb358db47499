import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { uuidv7 } from '../../src/platform/database/id.js';
import type { SystemActor } from '../../src/platform/database/actor.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { ExportWriter } from '../../src/sympathisers/exports/export-writer.service.js';
import { ExportsService } from '../../src/sympathisers/exports/exports.service.js';
import { BulkReadingService } from '../../src/audit/notices/bulk-reading.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let mathura: AUser;
let region: AUser;
beforeAll(async () => {
  sampark = await aSampark({ env: { EXPORT_HOURS: '2', BULK_READING_WIDE: '30', BULK_READING_FLOOR: '20' } });
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Asha Verma' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  region = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark?.close());

const REASON = 'Name cards for the meet-up';
const COLUMNS = ['name', 'phones', 'emails', 'handles', 'id'];

/** A file of whom the conditions leave, written. */
async function taken(as: AUser, wanted: object, more: object = {}): Promise<string> {
  const query = new URLSearchParams(wanted as Record<string, string>).toString();
  const { count } = (await sampark.as(as).get(`/exports/new?${query}`)).body;
  const answer = await sampark
    .as(as)
    .post('/exports?lang=en', { ...wanted, format: 'csv', columns: COLUMNS, reason: REASON, count, ...more });
  expect(answer.status).toBe(202);
  await sampark.drain();
  return answer.body.id as string;
}

const fileOf = (as: AUser, id: string) => sampark.as(as).get(`/exports/${id}/file`);
async function rowsOf(as: AUser, id: string): Promise<Record<string, string>[]> {
  const { text } = await fileOf(as, id);
  const rows = parse(text, { bom: true, columns: true, relax_column_count: true }) as Record<string, string>[];
  return rows.filter((row) => row['Number in the register']);
}

describe('a file of people', () => {
  it('holds no point of whoever asked to stop, also none that came afterwards, whatever is asked for', async () => {
    const stopped = await aSympathiser(sampark, { in: 'agra', name: 'Stopped', language: 'mai', phones: ['+919855500013'] }); // prettier-ignore
    await sampark.get(StopService).stop(await sampark.system(), stopped.id, 'spoken');
    const more = {
      phones: ['+919855500014'],
      emails: ['after@b.example'],
      identities: [{ platform: 'x', handle: 'came_after' }],
    };
    expect((await sampark.as(agra).post(`/sympathisers/${stopped.id}/points`, more)).status).toBe(200);
    const wanted = { languages: 'mai', closed: 'true' };
    const id = await taken(agra, wanted, { everyPoint: true });
    expect(await rowsOf(agra, id)).toEqual([
      expect.objectContaining({ Name: 'Stopped', Phone: '', 'Social media': '' }),
    ]);
  });

  it('holds those of the own district, only the points that the ledger allows, and says whose it is', async () => {
    const open = await aSympathiser(sampark, { in: 'agra', name: 'Open', language: 'sa', phones: ['+919855500001'], emails: ['open@b.example'] }); // prettier-ignore
    const silent = await aSympathiser(sampark, { in: 'agra', name: 'Silent', language: 'sa', phones: ['+919855500002'], consent: false }); // prettier-ignore
    const stopped = await aSympathiser(sampark, { in: 'agra', name: 'Stopped', language: 'sa', phones: ['+919855500003'] }); // prettier-ignore
    await aSympathiser(sampark, { in: 'mathura', name: 'Away', language: 'sa' });
    await sampark.get(StopService).stop(await sampark.system(), stopped.id, 'spoken');

    const id = await taken(agra, { languages: 'sa' });
    const answer = await fileOf(agra, id);
    expect(answer.text.startsWith('\ufeff')).toBe(true);
    expect(answer.headers['content-disposition']).toMatch(new RegExp(`filename="sampark-\\d{4}-\\d\\d-\\d\\d-${id.slice(-8)}\\.csv"`)); // prettier-ignore
    expect(answer.headers['cache-control']).toBe('no-store');
    const rows = await rowsOf(agra, id);
    expect(rows.map((row) => [row.Name, row.Phone, row['E-mail'], row['Number in the register']])).toEqual([
      ['Open', "'+919855500001", 'open@b.example', open.id],
      ['Silent', '', '', silent.id],
    ]);
    expect(rows[0]!['Taken out by']).toMatch(new RegExp(`^${id.slice(-8)} · Asha Verma · \\d{4}-\\d\\d-\\d\\d$`));
    const last = answer.text.trim().split('\r\n').at(-1)!;
    for (const said of ['2 people', 'Asha Verma', REASON, id]) expect(last).toContain(said);

    // Asked for by name: every point but the stopped ones, and those whom nobody looks after.
    const all = await rowsOf(agra, await taken(agra, { languages: 'sa', closed: 'true' }, { everyPoint: true }));
    expect(all.map((row) => [row.Name, row.Phone])).toEqual([
      ['Open', "'+919855500001"],
      ['Silent', "'+919855500002"],
      ['Stopped', ''],
    ]);
  });

  it('runs nothing in a spreadsheet, whatever somebody is called', async () => {
    const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r=1', '=HYPERLINK("http://x","y")', '"quoted", he said'];
    for (const name of evil) await aSympathiser(sampark, { in: 'agra', name, language: 'ta' });
    const rows = await rowsOf(agra, await taken(agra, { languages: 'ta' }));
    expect(rows.map((row) => row.Name).sort()).toEqual(
      evil.map((name) => (name.startsWith('"') ? name : `'${name}`)).sort(),
    );
    const id = await taken(agra, { languages: 'ta' }, { format: 'xlsx' });
    const answer = await sampark.app.inject({
      method: 'GET',
      url: `/exports/${id}/file`,
      headers: { authorization: `Bearer ${agra.token}` },
    });
    expect(answer.headers['content-type']).toContain('spreadsheetml');
    const sheet = strFromU8(unzipSync(answer.rawPayload)['xl/worksheets/sheet1.xml']!);
    expect(sheet).toContain('>=HYPERLINK("http://x","y")<');
    expect(sheet).toContain(REASON);
    expect(sheet).not.toContain('<f>');
    expect(sheet.match(/<row>/g)).toHaveLength(evil.length + 2);
  });

  it.each(['csv', 'xlsx'])('is whole, with everybody once, after a crash in the middle (%s)', async (format) => {
    const language = format === 'csv' ? 'te' : 'kn';
    const made = [];
    for (let n = 0; n < 11; n++) made.push(await aSympathiser(sampark, { in: 'agra', name: `Crash ${n}`, language }));
    const asked = await sampark.as(agra).post('/exports', { languages: [language], format, columns: COLUMNS, reason: REASON, count: 11 }); // prettier-ignore
    const { id } = asked.body as { id: string };
    const actor: SystemActor = {
      kind: 'system',
      name: 'system:exports.write',
      scope: { from: agra.path, to: `${agra.path}~` },
    };
    const writer = sampark.get(ExportWriter);
    expect(await writer.piece(actor, id, 3)).toBe(true);
    expect(await writer.piece(actor, id, 3)).toBe(true);
    const half = (await sampark.as(agra).get(`/exports/${id}`)).body;
    expect(half).toMatchObject({ state: 'writing', written: 6, people: 11 });
    expect((await fileOf(agra, id)).status).toBe(409);
    // The third piece dies with its process: everything of it is undone.
    await sampark.sql(`ALTER TABLE export_chunks ADD CONSTRAINT crash CHECK (n < 2) NOT VALID`);
    await expect(writer.piece(actor, id, 3)).rejects.toThrow();
    await sampark.sql(`ALTER TABLE export_chunks DROP CONSTRAINT crash`);
    // Two workers at once, even.
    await Promise.all([writer.write(actor, id, 3), writer.write(actor, id, 3)]);
    await sampark.drain();
    const answer = await sampark.app.inject({ method: 'GET', url: `/exports/${id}/file`, headers: { authorization: `Bearer ${agra.token}` } }); // prettier-ignore
    const text =
      format === 'csv' ? answer.payload : strFromU8(unzipSync(answer.rawPayload)['xl/worksheets/sheet1.xml']!);
    for (const { id: person } of made) expect(text.split(person)).toHaveLength(2);
    expect((await sampark.as(agra).get(`/exports/${id}`)).body).toMatchObject({ state: 'done', written: 11 });
  });

  it('has somebody once who moves while it is written, whichever way they go', async () => {
    const places = await sampark.sql<{ id: string; path: string; code: string }>(
      `SELECT id, path, code FROM territories WHERE code IN ('agra', 'mathura') ORDER BY path`,
    );
    const [first, last] = [places[0]!, places.at(-1)!];
    const made = [];
    for (const place of [first, last, first, last])
      made.push(await aSympathiser(sampark, { in: place.code, language: 'ne', name: 'Mover' }));
    const asked = await sampark.as(region).post('/exports?lang=en', { languages: ['ne'], format: 'csv', columns: COLUMNS, reason: REASON, count: 4 }); // prettier-ignore
    const { id } = asked.body as { id: string };
    const actor: SystemActor = { kind: 'system', name: 'system:exports.write', scope: { from: region.path, to: `${region.path}~` } }; // prettier-ignore
    const writer = sampark.get(ExportWriter);
    const move = (person: { id: string }, { id: territoryId, path }: { id: string; path: string }) =>
      sampark.sql('UPDATE people SET territory_id = $2, path = $3 WHERE id = $1', [person.id, territoryId, path]);
    await writer.piece(actor, id, 1);
    // Written already, and goes behind; not written yet, and goes before.
    await move(made[0]!, last);
    await move(made[1]!, first);
    await move(made[3]!, first);
    await writer.write(actor, id, 1);
    await sampark.drain();
    const rows = await rowsOf(region, id);
    expect(rows.map((row) => row['Number in the register']).sort()).toEqual(made.map((one) => one.id).sort());
  });

  it('is asked for with a reason, and the number that was counted', async () => {
    await aSympathiser(sampark, { in: 'agra', language: 'ml' });
    const good = { languages: ['ml'], format: 'csv', columns: ['name'], reason: REASON, count: 1 };
    const ask = (more: object) => sampark.as(agra).post('/exports', { ...good, ...more });
    expect((await ask({ count: 2 })).status).toBe(409);
    expect((await ask({ reason: undefined })).status).toBe(422);
    expect((await ask({ reason: 'because' })).status).toBe(422);
    expect((await ask({ columns: ['password_hash'] })).status).toBe(422);
    expect((await ask({ languages: ['or'], count: 1 })).status).toBe(409);
    expect((await ask({ segment: uuidv7() })).status).toBe(404);
  });

  it('goes to whoever may take people out of its territory, and to no neighbour; a wide member role can’t', async () => {
    await aSympathiser(sampark, { in: 'agra', language: 'gu' });
    const id = await taken(agra, { languages: 'gu' });
    expect((await fileOf(region, id)).status).toBe(200);
    for (const path of [`/exports/${id}`, `/exports/${id}/file`])
      expect((await sampark.as(mathura).get(path)).status).toBe(404);
    expect((await sampark.as(mathura).post(`/exports/${id}/end`)).status).toBe(404);
    await sampark.sql(
      `INSERT INTO roles (code, name_en, name_hi, reach, permissions) VALUES ('taker', 'Taker', 'लेने वाला', 'assigned', '{sympathiser.read,sympathiser.export}')`,
    );
    const taker = await aUser(sampark, { role: 'taker', in: 'agra' });
    const mine = { languages: ['gu'], format: 'csv', columns: ['name'], reason: REASON, count: 1 };
    expect((await sampark.as(taker).post('/exports', mine)).status).toBe(403);
    expect((await sampark.as(taker).get(`/exports/${id}/file`)).status).toBe(403);
  });

  it('is in the trail: who asked and why, and with each time it is fetched everybody in it', async () => {
    const { id: person } = await aSympathiser(sampark, { in: 'agra', language: 'mr' });
    const id = await taken(agra, { languages: 'mr' });
    await fileOf(region, id);
    await fileOf(region, id);
    const trail = await sampark.sql<{
      action: string;
      facts: Record<string, unknown>;
      people: string[];
      user_id: string;
    }>('SELECT action, facts, people, user_id FROM audit_entries WHERE subject_id = $1 ORDER BY at, id', [id]);
    expect(trail.map(({ action }) => action)).toEqual([
      'export.asked',
      'export.written',
      'export.downloaded',
      'export.shown',
      'export.downloaded',
      'export.shown',
    ]);
    expect(trail[0]!.facts).toMatchObject({ reason: REASON, people: 1, conditions: { languages: ['mr'] } });
    expect(trail[3]).toMatchObject({ people: [person], user_id: region.id });
  });

  it('counts as reading many, like any other look at them', async () => {
    const reader = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    for (let n = 0; n < 40; n++) await aSympathiser(sampark, { in: 'agra', language: 'as' });
    const id = await taken(agra, { languages: 'as' });
    await fileOf(reader, id);
    await sampark.get(BulkReadingService).look(await sampark.system(), new Date());
    const [notice] = await sampark.sql<{ facts: { shown: number } }>('SELECT facts FROM notices WHERE user_id = $1', [reader.id]); // prettier-ignore
    expect(notice!.facts.shown).toBe(40);
  });

  it('is deleted when its time is over, or when somebody says so; nobody fetches it then', async () => {
    await aSympathiser(sampark, { in: 'agra', language: 'pa' });
    const [old, fresh] = [await taken(agra, { languages: 'pa' }), await taken(agra, { languages: 'pa' })];
    const chunks = (id: string) => sampark.sql('SELECT 1 FROM export_chunks WHERE export_id = $1', [id]);
    await sampark.sql(`UPDATE exports SET expires_at = now() - interval '1 second' WHERE id = $1`, [old]);
    // Not a second longer, also before the job comes by.
    expect((await fileOf(agra, old)).status).toBe(409);
    await sampark.get(ExportsService).expire(await sampark.system(), new Date());
    expect([(await chunks(old)).length, (await chunks(fresh)).length]).toEqual([0, 1]);
    expect((await sampark.as(agra).get(`/exports/${old}`)).body.state).toBe('expired');
    expect((await sampark.as(agra).post(`/exports/${fresh}/end`)).status).toBe(200);
    expect(await chunks(fresh)).toEqual([]);
    expect((await fileOf(agra, fresh)).status).toBe(409);
    const [row] = await sampark.sql<{ hours: number }>(
      'SELECT extract(epoch FROM expires_at - created_at)::int / 3600 AS hours FROM exports WHERE id = $1',
      [fresh],
    );
    expect(row!.hours).toBe(2);
  });

  it('is taken out on pages: counted, confirmed by the number, watched, fetched', async () => {
    await aSympathiser(sampark, { in: 'agra', language: 'bn' });
    const browser = sampark.browser(agra);
    const form = await browser.get('/exports/new?languages=bn');
    expect(form.text).toContain('Type 1 to confirm');
    const fields = { languages: 'bn', format: 'xlsx', columns: ['name', 'phones'], reason: REASON };
    const refused = await browser.post('/exports', fields);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(REASON);
    const answer = await browser.post('/exports', { ...fields, count: '1' });
    expect(answer.status).toBe(303);
    expect((await browser.follow(answer)).text).toContain('The file is being written');
    await sampark.drain();
    const page = await browser.get(answer.location!);
    expect(page.text).toContain(`${answer.location}/file`);
    expect((await browser.get('/exports')).text).toContain(REASON);
  });
});
