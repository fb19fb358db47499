import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestLetters } from '../../src/privacy/requests/request-letters.service.js';
import { RequestsService } from '../../src/privacy/requests/requests.service.js';
import { dayAt } from '../../src/platform/formats/day.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

interface Shown {
  request: {
    id: string;
    state: string;
    dueOn: string;
    due: string | null;
    personId: string | null;
    letters: string[];
    entries: { what: string; text: string; sentHow: string | null; sentAt: string | null }[];
  };
}

describe('a person’s request about their data', () => {
  let sampark: Sampark;
  let officer: AUser;
  let person: { id: string; name: string };
  beforeAll(async () => {
    sampark = await aSampark({ env: { PRIVACY_MAIL: 'officer@example.org' } });
    officer = await aUser(sampark, { role: 'data_protection_officer', in: 'agra' });
    person = await aSympathiser(sampark, { in: 'agra', name: 'सुनीता वर्मा', emails: ['sunita@example.org'] });
  });
  afterAll(() => sampark?.close());

  const today = () => dayAt(new Date(), 'Asia/Kolkata');
  const inDays = (n: number) => dayAt(new Date(), 'Asia/Kolkata', n);
  const open = async (more: Record<string, unknown> = {}) => {
    const answer = await sampark
      .as(officer)
      .post('/requests', { kind: 'access', cameHow: 'phone', details: 'What do you have of me?', personId: person.id, mail: 'sunita@example.org', ...more }); // prettier-ignore
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return (answer.body as { id: string }).id;
  };
  const shown = async (id: string) => ((await sampark.as(officer).get(`/requests/${id}`)).body as Shown).request;
  const letter = (id: string, kind: string, text = 'Namaste.', how = 'mail') =>
    sampark.as(officer).post(`/requests/${id}/letters/new/${kind}`, { text, how });

  it('is acknowledged, checked, answered in their language by mail, and its history tells', async () => {
    const id = await open({ receivedOn: inDays(-3) });
    expect(await shown(id)).toMatchObject({ state: 'received', dueOn: inDays(25), letters: ['acknowledgement', 'extension', 'refusal'] }); // prettier-ignore
    const draft = (await sampark.as(officer).get(`/requests/${id}/letters/new/acknowledgement`)).body as {
      text: string;
    };
    expect(draft.text).toMatch(
      /^नमस्ते सुनीता वर्मा जी,\n\n.* को आपने हमसे अपने बारे में हमारे पास रखी जानकारी देखने का अनुरोध किया था/,
    );
    expect((await letter(id, 'acknowledgement', draft.text)).status).toBe(200);
    expect(await letter(id, 'acknowledgement')).toMatchObject({ status: 409 });
    // Nothing is given out before it is known to be them.
    expect(await letter(id, 'answer')).toMatchObject({ status: 409 });
    await sampark.as(officer).post(`/requests/${id}/check`, { how: 'Called back at the number we have' });
    const answer = (await sampark.as(officer).get(`/requests/${id}/letters/new/answer`)).body as { text: string };
    expect(await letter(id, 'answer', answer.text)).toMatchObject({ status: 422 });
    expect((await letter(id, 'answer', answer.text.replace('[…]', 'आपका नाम और फ़ोन।'))).status).toBe(200);
    await sampark.drain();
    await sampark.drain();
    const mails = (await sampark.mails()).filter(({ to }) => JSON.stringify(to).includes('sunita@example.org'));
    expect(mails).toHaveLength(2);
    expect(mails[1]!.text).toContain('आपका नाम और फ़ोन।');
    expect(mails[1]!.subject).toContain('आपके अनुरोध के बारे में');
    // Whom to tell, in each of them and in its head.
    for (const { text, replyTo } of mails)
      expect([text, replyTo?.value[0]?.address]).toEqual([expect.stringContaining('अधिकारी: officer@example.org'), 'officer@example.org']); // prettier-ignore
    expect(mails[1]!.headers.has('list-unsubscribe')).toBe(false);
    const after = await shown(id);
    expect(after).toMatchObject({ state: 'answered', due: null, letters: [] });
    expect(after.entries.map(({ what, sentHow, sentAt }) => [what, sentHow, sentAt !== null])).toEqual([
      ['acknowledgement', 'mail', true],
      ['checked', null, false],
      ['answer', 'mail', true],
    ]);
    expect(await letter(id, 'refusal')).toMatchObject({ status: 409 });
    const actions = await sampark.sql<{ action: string }>(
      `SELECT action FROM audit_entries WHERE subject_id = $1 ORDER BY at`,
      [id],
    );
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['request.opened', 'request.acknowledgement', 'request.checked', 'request.answer']),
    );
  });

  it('has its own time by its kind; more is taken once, with a reason, and for a complaint not at all', async () => {
    const id = await open({ kind: 'correction' });
    expect((await letter(id, 'extension', 'Because the office is closed.', 'print')).status).toBe(200);
    expect(await shown(id)).toMatchObject({ state: 'received', dueOn: inDays(28 + 59) });
    expect(await letter(id, 'extension')).toMatchObject({ status: 409 });
    const complaint = await open({ kind: 'grievance' });
    expect(await shown(complaint)).toMatchObject({
      dueOn: inDays(90),
      letters: ['acknowledgement', 'answer', 'refusal'],
    });
    expect(await letter(complaint, 'extension')).toMatchObject({ status: 409 });
  });

  it('may be of somebody whom we don’t know, who gets no mail: it is printed or read out', async () => {
    const id = await open({ personId: undefined, name: 'Ramesh', mail: undefined, language: 'en', cameHow: 'letter' });
    expect(await shown(id)).toMatchObject({ personId: null });
    expect(await letter(id, 'refusal', 'We hold nothing of you.')).toMatchObject({ status: 422 });
    const sent = await letter(id, 'refusal', 'We hold nothing of you.', 'spoken');
    const page = await sampark
      .browser(officer)
      .get(`/requests/${id}/letters/${(sent.body as { letter: string }).letter}`);
    expect(page.text).toContain('We hold nothing of you.');
    expect(await shown(id)).toMatchObject({ state: 'refused' });
    expect(await sampark.as(officer).post('/requests', { kind: 'access', cameHow: 'mail', details: 'x' })).toMatchObject({ status: 422 }); // prettier-ignore
    expect(await sampark.as(officer).post('/requests', { kind: 'access', cameHow: 'mail', details: 'x', name: 'A', mail: 'no mail' })).toMatchObject({ status: 422 }); // prettier-ignore
    expect(await sampark.as(officer).post('/requests', { kind: 'access', cameHow: 'mail', details: 'x', name: 'A', receivedOn: inDays(1) })).toMatchObject({ status: 422 }); // prettier-ignore
  });

  it('stands in the list by when it is due, overdue first and marked; a neighbour’s officer sees none of it', async () => {
    const late = await open({ receivedOn: inDays(-40) });
    const soon = await open({ receivedOn: inDays(-25) });
    const list = (await sampark.as(officer).get('/requests')).body as { items: { id: string; due: string; daysOver: number }[]; counts: object }; // prettier-ignore
    expect(list.items.slice(0, 2)).toEqual([
      expect.objectContaining({ id: late, due: 'overdue', daysOver: 12 }),
      expect.objectContaining({ id: soon, due: 'soon', daysLeft: 3 }),
    ]);
    expect(list.counts).toMatchObject({ overdue: 1, soon: 1 });
    expect((await sampark.browser(officer).get('/requests')).text).toContain('12 days late');
    const neighbour = await aUser(sampark, { role: 'data_protection_officer', in: 'mathura' });
    expect(((await sampark.as(neighbour).get('/requests')).body as { items: [] }).items).toEqual([]);
    await sampark
      .as(neighbour)
      .get(`/requests/${late}`)
      .then(({ status }) => expect(status).toBe(404));
    expect((await sampark.as(neighbour).post('/requests', { kind: 'access', cameHow: 'mail', details: 'x', personId: person.id })).status).toBe(404); // prettier-ignore
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    expect((await sampark.as(convenor).get('/requests')).status).toBe(403);
  });

  it('is called to mind daily, to whoever answers there, in figures alone', async () => {
    const before = (await sampark.mails()).length;
    expect(await sampark.get(RequestLetters).remind(await sampark.system('system:privacy.requests-due'))).toBe(1);
    await sampark.get(RequestLetters).remind(await sampark.system('system:privacy.requests-due'));
    await sampark.drain();
    const mails = (await sampark.mails()).slice(before);
    expect(mails).toHaveLength(1);
    expect(mails[0]!.text).toContain('One request should have been answered already.');
    expect(mails[0]!.text).toContain('https://sampark.example.org/requests');
    expect(mails[0]!.text).not.toContain('सुनीता');
  });

  it('is opened by the person through their own link, for themselves alone', async () => {
    const link = { kind: 'link' as const, purpose: 'd', personId: person.id };
    const id = await sampark.get(RequestsService).open(link, { kind: 'correction', cameHow: 'own_data', details: 'My name is Sunita Verma', personId: person.id }); // prettier-ignore
    expect(await shown(id)).toMatchObject({ state: 'received', personId: person.id });
    const other = await aSympathiser(sampark, { in: 'agra' });
    await expect(
      sampark
        .get(RequestsService)
        .open(link, { kind: 'access', cameHow: 'own_data', details: 'x', personId: other.id }),
    ).rejects.toThrow('errors.forbidden');
    expect(today()).toBe(inDays(0));
  });

  it('can be taken back, and says so', async () => {
    const id = await open();
    await sampark.as(officer).post(`/requests/${id}/withdrawal`, { text: 'By phone today' });
    expect(await shown(id)).toMatchObject({ state: 'withdrawn', letters: [] });
    expect(await sampark.as(officer).post(`/requests/${id}/withdrawal`, { text: 'again' })).toMatchObject({
      status: 409,
    });
  });
});
