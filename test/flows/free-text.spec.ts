import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { anImport } from '../factories/imports.js';
import { whereItStands } from '../support/nothing-kept.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let convenor: AUser;
let member: AUser;
let log = '';
beforeAll(async () => {
  sampark = await aSampark({ env: { LOG_LEVEL: 'trace' }, log: { write: (line: string) => void (log += line) } });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
});
afterAll(() => sampark?.close());

const notesOf = (id: string) =>
  sampark.sql<{ text: string }>('SELECT text FROM person_notes WHERE person_id = $1', [id]);

describe('a note that says what must not be kept', () => {
  it('comes back with the words marked and why, and nothing of it is saved', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const text = 'Zebrafish told me: kurmi biradari ke hain, shaam ko milna';
    const api = await sampark.as(convenor).post(`/sympathisers/${id}/notes?lang=en`, { text });
    expect(api.status).toBe(422);
    expect(api.body.errors).toEqual([
      {
        field: 'text',
        code: 'free_text.words',
        detail: expect.stringContaining('“kurmi biradari” (caste)'),
        marked: [
          { text: 'Zebrafish told me: ' },
          { text: 'kurmi biradari', kind: 'caste' },
          { text: ' ke hain, shaam ko milna' },
        ],
      },
    ]);
    const browser = sampark.browser(convenor);
    const page = await browser.get(`/sympathisers/${id}`);
    expect(page.status).toBe(200);
    const refused = await browser.post(`/sympathisers/${id}/notes`, { text });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('<mark>kurmi biradari<small> caste</small></mark>');
    expect(refused.text).toMatch(/<textarea[^>]*name="text"[^>]*>\s*Zebrafish told me/);
    expect(refused.text).toContain('name="_not_about_person"');
    expect(await notesOf(id)).toEqual([]);
    expect(await whereItStands(sampark, 'Zebrafish')).toEqual([]);
    expect(log).not.toContain('Zebrafish');
  });

  it('is kept as written where its writer says that the words are about something else; the trail says so', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const text = 'Translates a book on diabetes';
    const browser = sampark.browser(convenor);
    await browser.get(`/sympathisers/${id}`);
    expect((await browser.post(`/sympathisers/${id}/notes`, { text, _not_about_person: 'true' })).status).toBe(303);
    expect(await notesOf(id)).toEqual([{ text }]);
    const kept = () =>
      sampark.sql(
        `SELECT people, facts FROM audit_entries WHERE action = 'text.kept_as_written' AND people = ARRAY[$1::uuid]`,
        [id],
      );
    expect(await kept()).toEqual([
      { people: [id], facts: { of: 'sympathiser.noted', texts: [{ field: 'text', kinds: ['health'] }] } },
    ]);
    // A harmless note with the tick is nothing special.
    expect(
      (await sampark.as(convenor).post(`/sympathisers/${id}/notes`, { text: 'Likes tea', _not_about_person: true }))
        .status,
    ).toBe(201);
    expect(await kept()).toHaveLength(1);
  });

  it.each([
    ['an identity number', 'Aadhaar 4991 1866 5246'],
    ['a bank account', 'khata number 123456789012'],
    ['a password', 'Facebook ka password Sita@1234'],
  ])('is never kept with %s, whatever its writer says', async (_, text) => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const browser = sampark.browser(convenor);
    await browser.get(`/sympathisers/${id}`);
    const refused = await browser.post(`/sympathisers/${id}/notes`, { text, _not_about_person: 'true' });
    expect(refused.status).toBe(422);
    expect(refused.text).not.toContain('type="checkbox" name="_not_about_person"');
    const api = await sampark.as(convenor).post(`/sympathisers/${id}/notes`, { text, _not_about_person: true });
    expect(api.body.errors[0].code).toBe('free_text.numbers');
    expect(await notesOf(id)).toEqual([]);
  });

  it('is refused in Hindi, in Hindi words', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const answer = await sampark
      .as(convenor)
      .post(`/sympathisers/${id}/notes?lang=hi`, { text: 'इनको शुगर की बीमारी है' });
    expect(answer.body.errors[0].detail).toContain('(सेहत)');
    expect(answer.body.errors[0].detail).toContain('दूसरे शब्दों में');
  });

  it('leaves names, posts and schemes alone', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    for (const text of [
      'Met Suresh Yadav of the OBC morcha',
      'स्वास्थ्य विभाग की योजना के बारे में पूछा',
      'Call on +91 98765 43210',
    ])
      expect((await sampark.as(convenor).post(`/sympathisers/${id}/notes`, { text })).status).toBe(201);
  });

  it('is refused wherever somebody writes: reasons, sources, what was found', async () => {
    const why = 'jati se kurmi hain';
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const ask = (path: string, body: object) => sampark.as(convenor).post(path, body);
    expect((await ask('/sympathisers', { name: 'Some One', phones: ['9811122233'], source: why })).status).toBe(422);
    expect(
      (await ask('/attempts', { person_id: id, channel: 'phone', disposition: 'reached', note: why })).status,
    ).toBe(422);
    expect((await ask('/exports', { format: 'csv', columns: ['name'], count: 1, reason: why })).status).toBe(422);
    expect((await ask(`/sympathisers/${id}/skills`, { skills: [], source: why })).status).toBe(422);
  });
});

describe('a contact that a phone sends later', () => {
  it('is kept without a note that must not be kept; its writer is asked for other words when they next look', async () => {
    const { id, name } = await aSympathiser(sampark, { in: 'agra', name: 'Sunita Queue', assignedTo: member.id });
    const attempt = {
      client_id: uuidv7(),
      device_at: new Date(Date.now() - 3_600_000).toISOString(),
      person_id: id,
      channel: 'phone',
      disposition: 'reached',
      note: 'Platypus: mirgi ke daure padte hain',
    };
    const answer = await sampark.as(member).post('/attempts', attempt);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ note: null, noteWithheld: ['health'] });
    // Sent twice, it is one, and says the same.
    expect((await sampark.as(member).post('/attempts', attempt)).body).toMatchObject({ noteWithheld: ['health'] });
    expect(await whereItStands(sampark, 'Platypus')).toEqual([]);
    const { withheld } = (await sampark.as(member).get('/queue')).body;
    expect(withheld).toEqual([
      expect.objectContaining({ attemptId: attempt.client_id, personId: id, name, kinds: ['health'] }),
    ]);
    const browser = sampark.browser(member);
    const page = (await browser.get('/queue')).text;
    expect(page).toContain('A note of yours was not kept');

    const path = `/attempts/${id}/${attempt.client_id}/note`;
    expect(
      (await browser.post(path, { note: 'mirgi ke mareez', _page: `/queue?note=${attempt.client_id}` })).text,
    ).toContain('<mark>mirgi');
    expect((await sampark.as(convenor).post(path, { note: 'Not mine' })).status).toBe(404);
    expect((await sampark.as(member).post(path, { note: 'Call before ten' })).status).toBe(200);
    expect((await sampark.as(member).post(path, { note: 'Once more' })).status).toBe(404);
    expect((await sampark.as(member).get('/queue')).body.withheld).toEqual([]);
    const [row] = await sampark.sql('SELECT note, note_withheld, disposition FROM attempts WHERE id = $1', [
      attempt.client_id,
    ]);
    expect(row).toEqual({ note: 'Call before ten', note_withheld: null, disposition: 'reached' });
  });

  it('can be left without a note', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id });
    const client_id = uuidv7();
    const attempt = { client_id, device_at: new Date().toISOString(), person_id: id, channel: 'phone', disposition: 'busy', note: 'TB ka ilaj chal raha hai' }; // prettier-ignore
    expect((await sampark.as(member).post('/attempts', attempt)).body.noteWithheld).toEqual(['health']);
    expect((await sampark.as(member).post(`/attempts/${id}/${client_id}/note`)).status).toBe(200);
    expect((await sampark.as(member).get('/queue')).body.withheld).toEqual([]);
  });
});

it('a remark in a list is left out with a word, and the person comes in', async () => {
  const list =
    'Name,Mobile,Consent,Remarks\nRemark One,9811000001,yes,Okapi: kurmi biradari ke hain\nRemark Two,9811000002,yes,likes our videos\n';
  const batch = await anImport(sampark, convenor, list, { territory: 'agra' });
  expect(batch.counts.warnings).toEqual([{ code: 'withheld_remark', rows: 1, first: [2] }]);
  const notes = await sampark.sql<{ text: string }>(
    `SELECT n.text FROM person_notes n JOIN people p ON p.id = n.person_id WHERE p.full_name LIKE 'Remark %'`,
  );
  expect(notes).toEqual([{ text: 'likes our videos' }]);
  expect((await sampark.sql(`SELECT 1 FROM people WHERE full_name LIKE 'Remark %'`)).length).toBe(2);
});
