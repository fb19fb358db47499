import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { PersonNote } from '../../src/sympathisers/person-note.entity.js';
import { SessionsService } from '../../src/access/sessions.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let mathura: AUser;
let member: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
});
afterAll(() => sampark?.close());

const YES = { purposes: ['register', 'contact', 'invitations'], how: 'spoken' };
const names = (answer: { body: { items: { name: string }[] } }) => answer.body.items.map((item) => item.name);

describe('the list', () => {
  it('shows a convenor the own district, a member the people assigned to them, and an organiser nothing', async () => {
    const mine = await aSympathiser(sampark, { in: 'agra', name: 'अनीता शर्मा', assignedTo: member.id });
    const free = await aSympathiser(sampark, { in: 'agra', name: 'Binod Kumar' });
    const away = await aSympathiser(sampark, { in: 'mathura', name: 'Chitra Devi' });
    const seen = async (user: AUser) =>
      (await sampark.as(user).get('/sympathisers?limit=200')).body.items.map((item: { id: string }) => item.id);
    expect(await seen(agra)).toEqual(expect.arrayContaining([mine.id, free.id]));
    expect(await seen(agra)).not.toContain(away.id);
    expect(await seen(member)).toEqual([mine.id]);
    const organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
    expect((await sampark.as(organiser).get('/sympathisers')).status).toBe(403);
    expect((await sampark.as().get('/sympathisers')).status).toBe(401);
    for (const [user, id, status] of [
      [mathura, mine.id, 404],
      [agra, mine.id, 200],
      [member, mine.id, 200],
      [member, free.id, 404],
      [mathura, away.id, 200],
    ] as const)
      expect([id, (await sampark.as(user).get(`/sympathisers/${id}`)).status]).toEqual([id, status]);
  });

  it('gives programs the shape that was promised', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      name: 'दीपक राठौर',
      phones: ['+919822200001'],
      emails: ['deepak@b.example'],
      identities: [
        { platform: 'x', handle: 'deepak_r' },
        { platform: 'whatsapp', handle: '+919822200002' },
      ],
      pin: '282001',
      district: 118,
      language: 'hi',
    });
    const { body } = await sampark.as(agra).get('/sympathisers?q=9822200001&lang=hi');
    expect(body).toMatchObject({ items: [{ id }], next: null, covers: { reach: 'territory' } });
    expect(body.items[0]).toMatchObject({
      id,
      name: 'दीपक राठौर',
      territory: {
        code: 'agra',
        name: expect.stringMatching(/^[ऀ-ॿ ]+$/),
        name_en: expect.any(String),
        id: expect.any(String),
      },
      address: { pin: '282001', district: 118 },
      phones: ['+919822200001', '+919822200002'],
      emails: ['deepak@b.example'],
      identities: expect.arrayContaining([
        { platform: 'x', handle: 'deepak_r' },
        { platform: 'whatsapp', handle: '+919822200002' },
      ]),
      language: 'hi',
    });
  });

  it.each([
    ['the beginning of a name, in the other script', 'farida kha'],
    ['the whole name, spelled otherwise', 'Fareeda Khaan'],
    ['a phone as people write it', '098222-00101'],
    ['a mail', 'FARIDA@b.example'],
    ['a handle', '@farida_k'],
    ['a link', 'https://x.com/farida_k'],
    ['a bare handle', 'farida_k'],
  ])('finds somebody by %s', async (_how, q) => {
    await sampark.sql(`UPDATE people SET erased_at = now() WHERE full_name = 'फ़रीदा ख़ान'`);
    await sampark.sql(`DELETE FROM identity_claims WHERE handle = 'farida_k'`);
    await aSympathiser(sampark, {
      in: 'agra',
      name: 'फ़रीदा ख़ान',
      phones: ['+919822200101'],
      emails: ['farida@b.example'],
      identities: [{ platform: 'x', handle: 'farida_k' }],
    });
    expect(names(await sampark.as(agra).get(`/sympathisers?q=${encodeURIComponent(q)}`))).toEqual(['फ़रीदा ख़ान']);
    expect(names(await sampark.as(mathura).get(`/sympathisers?q=${encodeURIComponent(q)}`))).toEqual([]);
  });

  it('turns its pages by a key: nobody twice, nobody left out', async () => {
    for (let n = 0; n < 7; n++) await aSympathiser(sampark, { in: 'aonla', name: `Paged ${n}` });
    const bareilly = await aUser(sampark, { role: 'district_convenor', in: 'aonla' });
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { body } = await sampark
        .as(bareilly)
        .get(`/sympathisers?limit=3${next && `&cursor=${encodeURIComponent(next)}`}`);
      seen.push(...names({ body }));
      next = body.next;
    }
    const page = await sampark.browser(bareilly).get('/sympathisers?limit=3');
    expect(page.text).toMatch(/href="\/sympathisers\?limit&#x3D;3&amp;cursor&#x3D;[\w-]+" rel="next"/);
    expect(seen.sort()).toEqual(Array.from({ length: 7 }, (_, n) => `Paged ${n}`));
  });

  it('filters by what is known', async () => {
    const etah = await aUser(sampark, { role: 'district_convenor', in: 'etah' });
    const looksAfter = await aUser(sampark, { role: 'team_member', in: 'etah' });
    const a = await aSympathiser(sampark, {
      in: 'etah',
      name: 'Aa',
      language: 'ur',
      identities: [{ platform: 'facebook', handle: 'aa.filter' }],
    });
    const b = await aSympathiser(sampark, {
      in: 'etah',
      name: 'Bb',
      language: 'hi',
      assignedTo: looksAfter.id,
      emails: ['bb@b.example'],
    });
    const c = await aSympathiser(sampark, { in: 'etah', name: 'Cc', consent: false, waiting: true });
    await sampark.sql(`UPDATE people SET last_attempt_at = now() - interval '40 days' WHERE id = $1`, [a.id]);
    await sampark.sql(`UPDATE people SET last_attempt_at = now() - interval '2 days' WHERE id = $1`, [b.id]);
    const by = async (query: string) => names(await sampark.as(etah).get(`/sympathisers?${query}`)).sort();
    expect(await by('language=ur')).toEqual(['Aa']);
    expect(await by('platform=facebook')).toEqual(['Aa']);
    expect(await by('consent=email')).toEqual(['Bb']);
    expect(await by('consent=none')).toEqual(['Cc']);
    expect(await by('assigned=yes')).toEqual(['Bb']);
    expect(await by('assigned=no')).toEqual(['Aa', 'Cc']);
    expect(await by(`assignedTo=${looksAfter.id}`)).toEqual(['Bb']);
    expect(await by('waiting=true')).toEqual(['Cc']);
    expect(await by('contacted=never')).toEqual(['Cc']);
    expect(await by('contacted=week')).toEqual(['Bb']);
    expect(await by('contacted=over_month')).toEqual(['Aa', 'Cc']);
    expect(await by('territory=etah')).toEqual(['Aa', 'Bb', 'Cc']);
    expect(await by('territory=mathura')).toEqual([]);
    expect((await sampark.as(etah).get('/sympathisers?consent=telepathy')).status).toBe(422);
    expect(c.id).toBeTruthy();
  });

  it('is written down with everybody it showed, and an empty one is not', async () => {
    const { id } = await aSympathiser(sampark, { in: 'kannauj', name: 'Seen Once' });
    const user = await aUser(sampark, { role: 'district_convenor', in: 'kannauj' });
    await sampark.as(user).get('/sympathisers');
    await sampark.as(user).get('/sympathisers?q=nobodyofthatname');
    const entries = await sampark.sql('SELECT action, people FROM audit_entries WHERE user_id = $1', [user.id]);
    expect(entries).toEqual([{ action: 'sympathiser.list', people: [id] }]);
  });

  it('offers to call only where the ledger says yes, and stops offering it at once', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Gauri Stops', phones: ['+919822200301'] });
    const browser = sampark.browser(agra);
    expect((await browser.get('/sympathisers?q=gauri+stops')).text).toContain('href="tel:+919822200301"');
    expect((await browser.get(`/sympathisers/${id}`)).text).toContain('href="tel:+919822200301"');
    const answer = await browser.post(`/sympathisers/${id}/stop`);
    expect([answer.status, answer.location]).toEqual([303, `/sympathisers/${id}`]);
    for (const page of ['/sympathisers?q=gauri+stops', `/sympathisers/${id}`]) {
      const { text, status } = await browser.get(page);
      expect(status).toBe(200);
      expect(text).not.toContain('tel:');
      expect(text).toContain('Asked to stop');
    }
  });
});

describe('adding by hand', () => {
  it('takes what people write, finds the home by the PIN, and keeps what was agreed to, by whom and how', async () => {
    const sent = {
      name: ' हेमा  देवी ',
      phones: ['०९८२२२-००४०१'],
      onWhatsapp: true,
      emails: ['Hema@B.example'],
      identities: [{ handle: 'https://www.instagram.com/hema.devi/' }],
      pin: '282001',
      language: 'hi',
      birthYear: '41',
      note: 'मेले में मिलीं',
      source: 'ताज मेला',
      ...YES,
    };
    const answer = await sampark.as(agra).post('/sympathisers', sent);
    expect([answer.status, answer.headers.location]).toEqual([201, `/sympathisers/${answer.body.id}`]);
    const { body } = await sampark.as(agra).get(`/sympathisers/${answer.body.id}`);
    expect(body).toMatchObject({
      phones: ['+919822200401'],
      emails: ['hema@b.example'],
      identities: expect.arrayContaining([
        { platform: 'instagram', handle: 'hema.devi' },
        { platform: 'whatsapp', handle: '+919822200401' },
      ]),
      address: { pin: '282001', district: 118 },
      birthYear: new Date().getUTCFullYear() - 41,
      barriers: { phone: null, email: null, instagram: null, whatsapp: null },
    });
    expect(body.timeline.map((item: { kind: string }) => item.kind).sort()).toEqual(['added', 'consent', 'note']);
    const ledger = await sampark.sql('SELECT DISTINCT by_user, how, notice, state FROM consents WHERE person_id = $1', [
      answer.body.id,
    ]);
    expect(ledger).toEqual([{ by_user: agra.id, how: 'spoken', notice: 'register-1', state: 'given' }]);
    const [entry] = await sampark.sql<{ facts: unknown; after: { name: string } }>(
      `SELECT e.facts, v.after FROM audit_entries e JOIN audit_values v ON v.entry_id = e.id WHERE e.action = 'sympathiser.added' AND e.subject_id = $1`,
      [answer.body.id],
    );
    expect(entry!.after.name).toContain('हेमा');
    expect(JSON.stringify(entry!.facts)).not.toContain('हेमा');
  });

  it('keeps somebody who agreed to nothing, and says that they may not be contacted', async () => {
    const browser = sampark.browser(agra, { lang: 'en' });
    await browser.get('/sympathisers/new');
    const sent = await browser.post('/sympathisers', {
      name: 'Indra Pal',
      phones: '9822200402',
      territoryId: agra.territoryId,
    });
    expect(sent.status).toBe(303);
    const { text } = await browser.follow(sent);
    expect(text).toContain('Without their consent nobody may contact them');
    expect(text).toContain('Please don’t contact them');
    expect(text).not.toContain('tel:');
  });

  it('adds one person however often the phone sends it', async () => {
    const body = {
      client_id: '01940000-0000-7000-8000-000000000001',
      name: 'Sent Twice',
      phones: ['9822200403'],
      ...YES,
    };
    const [first, second] = [
      await sampark.as(agra).post('/sympathisers', body),
      await sampark.as(agra).post('/sympathisers', body),
    ];
    expect(second.body).toEqual(first.body);
    expect(await sampark.sql(`SELECT id FROM people WHERE full_name = 'Sent Twice'`)).toHaveLength(1);
  });

  it.each([
    ['no name', { name: '123' }, 'name'],
    ['no way to reach them', { phones: [] }, 'phones'],
    ['a phone that is none', { phones: ['12345'] }, 'phones'],
    ['a PIN of five digits', { pin: '28200' }, 'pin'],
    ['a territory of somebody else', { territoryId: () => mathura.territoryId }, 'territoryId'],
    ['a handle without a platform', { handle: 'somebody' }, 'platform'],
    ['consent without how it was said', { how: undefined }, 'how'],
  ])('refuses %s, by field', async (_what, change, field) => {
    const values = Object.fromEntries(
      Object.entries(change).map(([key, value]) => [key, typeof value === 'function' ? value() : value]),
    );
    const answer = await sampark
      .as(agra)
      .post('/sympathisers', { name: 'Refused', phones: ['9822200499'], ...YES, ...values });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toEqual([field]);
    expect(await sampark.sql(`SELECT id FROM people WHERE full_name = 'Refused'`)).toEqual([]);
  });

  it('keeps nothing of a minor', async () => {
    const answer = await sampark
      .as(agra)
      .post('/sympathisers', { name: 'Too Young', phones: ['9822200404'], birthYear: '16', ...YES });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      { field: 'birthYear', code: 'sympathisers.problem.minor', detail: expect.stringContaining('18 साल से कम') },
    ]);
    const everywhere = await sampark.sql(
      `SELECT 1 FROM audit_values WHERE before::text || after::text LIKE '%Too Young%'`,
    );
    expect(everywhere).toEqual([]);
  });

  it('suggests the one who is there already, and adds anyway when told so', async () => {
    const known = await aSympathiser(sampark, { in: 'agra', name: 'जगदीश प्रसाद', phones: ['+919822200405'] });
    const browser = sampark.browser(agra, { lang: 'en' });
    await browser.get('/sympathisers/new');
    const form = { name: 'Jagdish Prasad', phones: '9822200405', territoryId: agra.territoryId };
    const again = await browser.post('/sympathisers', form);
    expect(again.status).toBe(422);
    expect(again.text).toContain(`href="/sympathisers/${known.id}"`);
    expect(again.text).toContain('name="anyway"');
    expect(again.text).toContain('value="Jagdish Prasad"');
    expect((await browser.post('/sympathisers', { ...form, anyway: 'true' })).status).toBe(303);
    const looked = await sampark.sql(
      `SELECT 1 FROM audit_entries WHERE action = 'sympathiser.matched' AND $1 = ANY (people)`,
      [known.id],
    );
    expect(looked.length).toBeGreaterThan(0);
  });

  it('leaves a family that shares a phone two people', async () => {
    for (const name of ['Kamla Singh', 'Kishan Singh'])
      expect(
        (await sampark.as(agra).post('/sympathisers', { name, phones: ['9822200406'], onWhatsapp: true, ...YES }))
          .status,
      ).toBe(201);
    expect(names(await sampark.as(agra).get('/sympathisers?q=9822200406')).sort()).toEqual([
      'Kamla Singh',
      'Kishan Singh',
    ]);
  });

  it('says whose handle it is inside the territory, and outside only that it is held elsewhere', async () => {
    const here = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Lata Here',
      identities: [{ platform: 'x', handle: 'lata_here' }],
    });
    const away = await aSympathiser(sampark, {
      in: 'mathura',
      name: 'Mohan Away',
      identities: [{ platform: 'x', handle: 'mohan_away' }],
    });
    const add = (handle: string) =>
      sampark.as(agra).post('/sympathisers', { name: 'Somebody New', platform: 'x', handle, ...YES });
    const inside = await add('lata_here');
    expect(inside.body.errors).toEqual([
      { field: 'handle', code: expect.any(String), detail: expect.stringContaining('Lata Here') },
    ]);
    const outside = await add('@Mohan_Away');
    expect(outside.body.errors).toEqual([
      {
        field: 'handle',
        code: 'sympathisers.problem.held_elsewhere',
        detail: 'mohan_away किसी दूसरे क्षेत्र के पास है: स्थानांतरण माँगें।',
      },
    ]);
    expect(outside.text).not.toContain('Mohan Away');
    expect(outside.text).not.toContain(away.id);
    const looks = await sampark.sql(
      `SELECT people, facts FROM audit_entries WHERE action = 'sympathiser.held_elsewhere' AND user_id = $1`,
      [agra.id],
    );
    expect(looks).toEqual([{ people: [], facts: { handles: 1 } }]);
    const page = sampark.browser(agra);
    await page.get('/sympathisers/new');
    const again = await page.post('/sympathisers', {
      name: 'Somebody New',
      platform: 'x',
      handle: 'lata_here',
      territoryId: agra.territoryId,
    });
    expect(again.text).toContain(`href="/sympathisers/${here.id}"`);
  });

  it('takes a stopped number only with a new consent of the person’s own, and keeps it stopped', async () => {
    await sampark.get(SuppressionService).stop(await sampark.system(), 'phone', '+919822200407', 'asked_to_stop');
    const add = (more: object) =>
      sampark.as(agra).post('/sympathisers', { name: 'Naresh Relative', phones: ['9822200407'], ...more });
    for (const more of [{}, YES, { agreedAnew: true }]) {
      const answer = await add(more);
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0].field).toBe('agreedAnew');
    }
    const answer = await add({ ...YES, agreedAnew: true });
    expect(answer.status).toBe(201);
    const { body } = await sampark.as(agra).get(`/sympathisers/${answer.body.id}`);
    expect(body.barriers.phone).toBe('suppressed');
  });

  it('is for convenors: a member may not', async () => {
    expect((await sampark.as(member).post('/sympathisers', { name: 'By Member', phones: ['9822200408'] })).status).toBe(
      403,
    );
  });
});

describe('putting right', () => {
  it('changes what is given, and keeps before and after beside the audit entry', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Omkar Yadv', pin: '282001', language: 'hi' });
    const answer = await sampark.as(agra).post(`/sympathisers/${id}`, { name: 'Omkar Yadav', pin: '' });
    expect(answer.status).toBe(200);
    const { body } = await sampark.as(agra).get(`/sympathisers/${id}`);
    expect(body).toMatchObject({ name: 'Omkar Yadav', address: { pin: null }, language: 'hi' });
    expect(names(await sampark.as(agra).get('/sympathisers?q=omkar+yadav'))).toEqual(['Omkar Yadav']);
    const [entry] = await sampark.sql(
      `SELECT v.before, v.after, e.facts FROM audit_entries e JOIN audit_values v ON v.entry_id = e.id
        WHERE e.action = 'sympathiser.corrected' AND e.subject_id = $1`,
      [id],
    );
    expect(entry).toEqual({
      before: { name: 'Omkar Yadv', pin: '282001' },
      after: { name: 'Omkar Yadav', pin: null },
      facts: { fields: ['name', 'pin'] },
    });
    expect((await sampark.as(mathura).post(`/sympathisers/${id}`, { name: 'Taken Over' })).status).toBe(404);
  });

  it('lets a member put right the name and language of their own people, and no more', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Pinki Devi', assignedTo: member.id });
    expect((await sampark.as(member).post(`/sympathisers/${id}`, { name: 'Pinky Devi', language: 'bho' })).status).toBe(
      200,
    );
    expect((await sampark.as(member).post(`/sympathisers/${id}`, { pin: '282001' })).status).toBe(403);
    expect((await sampark.as(member).post(`/sympathisers/${id}/points`, { phones: ['9822200501'] })).status).toBe(403);
    const form = await sampark.browser(member).get(`/sympathisers/${id}/edit`);
    expect(form.text).toContain('value="Pinky Devi"');
    expect(form.text).not.toContain('name="pin"');
  });

  it('moves somebody inside the territory with everything that is theirs, and refuses what lies outside', async () => {
    const western = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Qasim Moves',
      phones: ['+919822200502'],
      identities: [{ platform: 'x', handle: 'qasim_moves' }],
      assignedTo: member.id,
    });
    expect((await sampark.as(agra).post(`/sympathisers/${id}`, { territoryId: mathura.territoryId })).status).toBe(422);
    expect((await sampark.as(western).post(`/sympathisers/${id}`, { territoryId: mathura.territoryId })).status).toBe(
      200,
    );
    expect((await sampark.as(agra).get(`/sympathisers/${id}`)).status).toBe(404);
    expect((await sampark.as(member).get(`/sympathisers/${id}`)).status).toBe(404);
    const { body } = await sampark.as(mathura).get(`/sympathisers/${id}`);
    expect(body).toMatchObject({
      phones: ['+919822200502'],
      identities: [{ platform: 'x', handle: 'qasim_moves' }],
      assignedTo: null,
    });
    expect(body.timeline.map((item: { kind: string }) => item.kind)).toEqual(
      expect.arrayContaining(['consent', 'given', 'closed']),
    );
  });

  it('adds a point, and marks one dead so that it is offered no more', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Rekha Points', phones: ['+919822200503'] });
    expect(
      (
        await sampark
          .as(agra)
          .post(`/sympathisers/${id}/points`, { phones: ['9822200504'], platform: 'x', handle: 'rekha_p' })
      ).status,
    ).toBe(200);
    const before = (await sampark.as(agra).get(`/sympathisers/${id}`)).body;
    expect(before.phones).toEqual(['+919822200503', '+919822200504']);
    const wrong = before.reach.find((point: { value: string }) => point.value === '+919822200503');
    expect((await sampark.as(agra).post(`/sympathisers/${id}/points/${wrong.id}/end`)).status).toBe(200);
    const after = (await sampark.as(agra).get(`/sympathisers/${id}`)).body;
    expect(after.phones).toEqual(['+919822200504']);
    expect(after.reach.find((point: { id: string }) => point.id === wrong.id)).toMatchObject({
      barrier: 'dead_point',
      link: null,
    });
    const handle = after.reach.find((point: { value: string }) => point.value === 'rekha_p');
    await sampark.as(agra).post(`/sympathisers/${id}/points/${handle.id}/end`);
    // A handle that was given up may be somebody else's.
    expect(
      (await sampark.as(agra).post('/sympathisers', { name: 'Next Holder', platform: 'x', handle: 'rekha_p', ...YES }))
        .status,
    ).toBe(201);
  });
});

describe('a person’s page', () => {
  it('tells a member what happened, takes their note and what was said', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Sarita Page',
      phones: ['+919822200601'],
      assignedTo: member.id,
    });
    const note = { client_id: '01940000-0000-7000-8000-000000000002', text: 'शाम को बात करें' };
    expect((await sampark.as(member).post(`/sympathisers/${id}/notes`, note)).status).toBe(201);
    expect((await sampark.as(member).post(`/sympathisers/${id}/notes`, note)).status).toBe(201);
    const said = { purposes: ['invitations'], state: 'withdrawn', how: 'spoken' };
    expect((await sampark.as(member).post(`/sympathisers/${id}/consents`, said)).status).toBe(201);
    const { body } = await sampark.as(member).get(`/sympathisers/${id}`);
    expect(body.timeline.filter((item: { kind: string }) => item.kind === 'note')).toEqual([
      expect.objectContaining({ text: 'शाम को बात करें', by: member.name }),
    ]);
    expect(body.consents.find((row: { purpose: string }) => row.purpose === 'invitations').channels).toEqual([
      expect.objectContaining({ channel: 'phone', state: 'withdrawn' }),
    ]);
    const page = await sampark.browser(member, { lang: 'hi' }).get(`/sympathisers/${id}`);
    expect(page.text).toContain('शाम को बात करें');
    const stopped = await sampark.browser(member, { lang: 'hi' }).post(`/sympathisers/${id}/stop`);
    expect([stopped.status, stopped.location]).toEqual([303, '/sympathisers']);
    expect((await sampark.as(member).get(`/sympathisers/${id}`)).status).toBe(404);
  });

  it('settles what an import suggested', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Usha Kumri', language: 'hi' });
    const suggest = (field: string, value: string) =>
      sampark.sql(
        `INSERT INTO person_suggestions (person_id, id, path, field, value, why) SELECT id, gen_random_uuid(), path, $2, $3, 'different_value' FROM people WHERE id = $1`,
        [id, field, value],
      );
    await suggest('name', 'Usha Kumari');
    await suggest('language', 'ur');
    const { suggestions } = (await sampark.as(agra).get(`/sympathisers/${id}`)).body;
    const settle = (field: string, how: string) =>
      sampark
        .as(agra)
        .post(
          `/sympathisers/${id}/suggestions/${suggestions.find((one: { field: string }) => one.field === field).id}`,
          { how },
        );
    expect((await settle('name', 'taken')).status).toBe(200);
    expect((await settle('language', 'left')).status).toBe(200);
    expect((await sampark.as(agra).get(`/sympathisers/${id}`)).body).toMatchObject({
      name: 'Usha Kumari',
      language: 'hi',
      suggestions: [],
    });
  });
});

describe('the walls in the database', () => {
  const personTables = async () =>
    (
      await sampark.sql<{ table_name: string }>(
        `SELECT DISTINCT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
          WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND (column_name = 'person_id' OR table_name = 'people') ORDER BY 1`,
      )
    ).map((row) => row.table_name);
  const ROLES = [
    'sampark_app',
    'sampark_anonymous',
    'sampark_staff',
    'sampark_member',
    'sampark_link',
    'sampark_system',
  ];

  it('show and take nothing without an actor, in any table with people’s data', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      emails: ['walls@b.example'],
      identities: [{ platform: 'x', handle: 'walls' }],
      assignedTo: member.id,
    });
    await sampark.sql(
      `INSERT INTO person_notes (person_id, id, path, text) SELECT id, gen_random_uuid(), path, 'x' FROM people WHERE id = $1`,
      [id],
    );
    const open: string[] = [];
    for (const table of await personTables())
      for (const role of ROLES) {
        const [row] = await sampark.sql<{ row: object }>(`SELECT to_jsonb(t) AS row FROM ${table} t LIMIT 1`);
        const [columns] = await sampark.sql<{ all: string }>(
          `SELECT string_agg(quote_ident(attname), ', ') AS all FROM pg_attribute
            WHERE attrelid = ('public.' || $1)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
          [table],
        );
        const tries = {
          reads: `SELECT 1 FROM public.${table} LIMIT 1`,
          changes: `UPDATE public.${table} SET path = path`,
          removes: `DELETE FROM public.${table}`,
          adds: `INSERT INTO public.${table} (${columns!.all}) SELECT ${columns!.all} FROM jsonb_populate_record(NULL::public.${table}, $1::jsonb)`,
        };
        for (const [what, statement] of Object.entries(tries)) {
          if (what === 'adds' && !row) continue;
          await sampark.sql('BEGIN');
          try {
            await sampark.sql(`SET LOCAL ROLE ${role}`);
            const touched = await sampark.sql(
              what === 'reads' ? statement : `WITH done AS (${statement} RETURNING 1) SELECT * FROM done`,
              what === 'adds' ? [JSON.stringify(row!.row)] : [],
            );
            if (touched.length) open.push(`${role} ${what} ${table}`);
            if (what === 'adds') open.push(`${role} ${what} ${table} without a refusal`);
          } catch (error) {
            if ((error as { code?: string }).code !== '42501') open.push(`${role} ${what} ${table}: ${String(error)}`);
          } finally {
            await sampark.sql('ROLLBACK');
          }
        }
      }
    expect(open).toEqual([]);
  });

  it('refuse a member every table below a person bare, also for their own people', async () => {
    const actor = (await sampark.get(SessionsService).findToken(member.token))!;
    const open: string[] = [];
    for (const table of (await personTables()).filter((name) => name !== 'people'))
      await sampark
        .get(UnitOfWork)
        .run(actor, (tx) => tx.query(`SELECT * FROM public.${table}`))
        .then(
          () => open.push(table),
          (error: Error) => expect(error.message).toBe('errors.forbidden'),
        );
    expect(open).toEqual([]);
  });

  it('let a member write a note about their own people, under their own name alone', async () => {
    const actor = (await sampark.get(SessionsService).findToken(member.token))!;
    const { id } = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id });
    const [{ path }] = (await sampark.sql<{ path: string }>('SELECT path FROM people WHERE id = $1', [id])) as [
      { path: string },
    ];
    const write = (byUser: string, where: string) =>
      sampark.get(UnitOfWork).run(actor, (tx) =>
        tx.insert(PersonNote, {
          personId: id,
          id: crypto.randomUUID(),
          path: where,
          text: 'x',
          byUser,
          at: new Date(),
        }),
      );
    await expect(write(agra.id, path)).rejects.toThrow('errors.forbidden');
    await expect(write(member.id, mathura.path)).rejects.toThrow('errors.forbidden');
    await write(member.id, path);
  });
});
