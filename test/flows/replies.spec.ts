import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fromRoot } from '../../src/platform/config/paths.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ReplyReader } from '../../src/privacy/own-data/reply-reader.service.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { ReplyAddresses } from '../../src/sympathisers/reply-addresses.js';
import { anEvent } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { urlsFor } from '../support/database.js';
import { Program } from '../support/program.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const FOLDER = fromRoot('test', 'fixtures', 'replies');
/** The letter that the messages of the folder answer. */
const LETTER = '01890000-0000-7000-8000-000000000001';
const message = (name: string) => readFileSync(`${FOLDER}/${name}.eml`);

let sampark: Sampark;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark({ env: { REPLY_ADDRESS: 'reply@example.org' } });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

let made = 0;
/** Somebody who has had the letter, and nobody else. */
async function aReader(email = `reader-${++made}@example.org`) {
  await sampark.sql(
    `UPDATE mails SET id = CASE WHEN id = $1 THEN gen_random_uuid() ELSE id END, joined_to = NULL WHERE id = $1 OR joined_to = $1`,
    [LETTER],
  );
  await sampark.sql(`DELETE FROM contact_points WHERE value = 'guest@example.org'`);
  const person = await aSympathiser(sampark, { in: 'agra', emails: [email] });
  await sampark.sql(
    `INSERT INTO mails (person_id, id, path, kind, state, sent_at) SELECT id, $2, path, 'invitation', 'sent', now() FROM people WHERE id = $1`,
    [person.id, LETTER],
  );
  return person;
}
const read = async (name: string, to?: string) =>
  sampark.get(ReplyReader).read(await sampark.system('system:command.reply'), message(name), to);
const barrier = async (personId: string) =>
  sampark.get(ConsentService).barrier(await sampark.system(), personId, 'contact', 'email');
const kept = (personId: string) =>
  sampark.sql<{ why: string[]; words: string }>('SELECT why, words FROM replies WHERE $1 = ANY (people) ORDER BY id', [
    personId,
  ]);

/** Every message of the folder, and what becomes of it. */
const EXPECTED: Record<string, { did: string; why?: string[] }> = {
  'stop-english-quoted': { did: 'stopped' },
  'stop-english-two-line-attribution': { did: 'stopped' },
  'stop-hindi-base64': { did: 'stopped' },
  'stop-hindi-quoted-printable': { did: 'stopped' },
  'stop-hindi-two-line-attribution': { did: 'stopped' },
  'stop-hindi-eight-bit': { did: 'stopped' },
  'stop-windows-1252': { did: 'stopped' },
  'stop-hinglish': { did: 'stopped' },
  'stop-hinglish-outlook': { did: 'stopped' },
  'stop-html-only': { did: 'stopped' },
  'stop-html-outlook-hindi': { did: 'stopped' },
  'stop-multipart': { did: 'stopped' },
  'stop-below-the-quote': { did: 'stopped' },
  'stop-subject-alone': { did: 'stopped' },
  'stop-shared': { did: 'stopped' },
  // Nothing in it names our letter: see below for the same with the address of the envelope.
  'stop-by-address': { did: 'kept', why: ['stop', 'unknown_sender'] },
  'unsure-negation': { did: 'kept', why: ['unsure'] },
  'unsure-negation-hindi': { did: 'kept', why: ['unsure'] },
  'unsure-question': { did: 'kept', why: ['unsure'] },
  'unsure-mixed': { did: 'kept', why: ['unsure'] },
  'unsure-long': { did: 'kept', why: ['unsure'] },
  'other-yes': { did: 'kept', why: ['other'] },
  'other-only-quote': { did: 'kept', why: ['other'] },
  'from-alone': { did: 'kept', why: ['stop', 'unknown_sender'] },
  'unknown-sender': { did: 'kept', why: ['stop', 'unknown_sender'] },
  'forged-reference': { did: 'kept', why: ['stop', 'unknown_sender'] },
  'auto-null-sender': { did: 'ignored', why: ['auto'] },
  'auto-vacation': { did: 'ignored', why: ['auto'] },
  'auto-outlook': { did: 'ignored', why: ['auto'] },
  'auto-precedence': { did: 'ignored', why: ['auto'] },
  'auto-hindi': { did: 'ignored', why: ['auto'] },
  'bounce-report': { did: 'ignored', why: ['bounce'] },
  'bounce-daemon': { did: 'ignored', why: ['bounce'] },
};

describe('a reply by mail', () => {
  it('stands in the table above for every message of the folder', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(
      Object.keys(EXPECTED)
        .map((name) => `${name}.eml`)
        .sort(),
    );
  });

  it.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
    const person = await aReader();
    const outcome = await read(name);
    expect(outcome).toMatchObject({ why: [], ...expected });
    expect(await barrier(person.id)).toBe(expected.did === 'stopped' ? 'suppressed' : null);
    if (outcome.did !== 'kept' || outcome.why.length > 1) return;
    const [reply] = await kept(person.id);
    expect(reply!.words).not.toContain('unsubscribe/u.x');
  });

  it('that stops is the person’s own word: with how and entries in the trail, and nobody of us takes it back', async () => {
    const person = await aReader();
    await read('stop-english-quoted');
    expect(await sampark.sql('SELECT how, by_user FROM stops WHERE person_id = $1', [person.id])).toEqual([
      { how: 'mail', by_user: null },
    ]);
    const [entry] = await sampark.sql(
      `SELECT actor_kind, actor_name, facts FROM audit_entries WHERE action = 'sympathiser.stopped' AND people @> ARRAY[$1::uuid]`,
      [person.id],
    );
    expect(entry).toEqual({ actor_kind: 'system', actor_name: 'system:command.reply', facts: { how: 'mail' } });
    expect((await sampark.as(convenor).get(`/sympathisers/${person.id}`)).body.undoable).toEqual([]);
  });

  it('stops mail that is queued already', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const address = `queued-${++made}@example.org`;
    const person = await aReader(address);
    await sampark.as(convenor).post(`/events/${id}/invitations`, { personIds: [person.id] });
    await read('stop-hindi-base64');
    await sampark.drain();
    const to = (await sampark.mails()).flatMap((mail) => [mail.to].flat().map((list) => list?.text));
    expect(to.filter((text) => text?.includes(address))).toEqual([]);
  });

  it('from an address that we have, without our mark, is looked at and stops nobody', async () => {
    await aReader();
    const person = await aSympathiser(sampark, { in: 'agra', emails: ['guest@example.org'] });
    await sampark.sql('DELETE FROM replies');
    expect(await read('from-alone')).toEqual({ did: 'kept', why: ['stop', 'from_alone'], people: 1 });
    expect(await read('from-alone')).toMatchObject({ did: 'again' });
    expect(await barrier(person.id)).toBeNull();
  });

  it('to the signed address of a letter is known by it, from whatever sender; a changed one is not', async () => {
    const person = await aReader();
    const address = sampark.get(ReplyAddresses).of(LETTER)!;
    expect(address).toMatch(/^reply\+[0-9a-f]{48}@example\.org$/);
    const forged = address.replace(/.(?=@)/, (digit) => (digit === '0' ? '1' : '0'));
    await sampark.sql('DELETE FROM replies');
    expect(await read('stop-by-address', forged)).toMatchObject({ did: 'kept', why: ['stop', 'unknown_sender'] });
    expect(await read('stop-by-address', address.toUpperCase())).toMatchObject({ did: 'stopped' });
    expect(await barrier(person.id)).toBe('suppressed');
  });

  it('to a mail that a couple shares stops both', async () => {
    const [she, he] = [
      await aReader(),
      await aSympathiser(sampark, { in: 'agra', emails: [`he-${++made}@example.org`] }),
    ];
    await sampark.sql(
      `INSERT INTO mails (person_id, id, path, kind, state, joined_to) SELECT id, gen_random_uuid(), path, 'invitation', 'joined', $2 FROM people WHERE id = $1`,
      [he.id, LETTER],
    );
    expect(await read('stop-shared')).toEqual({ did: 'stopped', why: [], people: 2 });
    expect([await barrier(she.id), await barrier(he.id)]).toEqual(['suppressed', 'suppressed']);
  });

  it('answers the real letter: its Reply-To and its id both lead to the person', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const address = `letter-${++made}@example.org`;
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address] });
    await sampark.as(convenor).post(`/events/${id}/invitations`, { personIds: [person.id] });
    await sampark.drain();
    const letter = (await sampark.mails()).find((mail) =>
      [mail.to].flat().some((list) => list?.text.includes(address)),
    )!;
    const replyTo = letter.replyTo!.value[0]!.address!;
    expect(replyTo).toMatch(/^reply\+[0-9a-f]{48}@example\.org$/);
    const raw = (headers: string) => Buffer.from(`From: x@y.example\r\nSubject: Re: x\r\n${headers}\r\n\r\nrok do\r\n`);
    const reader = sampark.get(ReplyReader);
    const system = await sampark.system();
    expect(await reader.read(system, raw(`To: ${replyTo}`))).toMatchObject({ did: 'stopped', people: 1 });
    expect(await reader.read(system, raw(`In-Reply-To: ${letter.messageId}`))).toMatchObject({ did: 'stopped' });
  });
});

describe('a reply that only a person can judge', () => {
  it('waits in their territory, is shown there alone, and its words go once somebody has looked', async () => {
    await sampark.sql('DELETE FROM replies');
    const person = await aReader();
    await read('unsure-mixed');
    const neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    expect((await sampark.as(neighbour).get('/replies')).body.items).toEqual([]);
    expect((await sampark.as(member).get('/replies')).status).toBe(403);
    const { body } = await sampark.as(convenor).get('/replies');
    expect(body.items).toMatchObject([
      {
        why: ['unsure'],
        words: 'Stop the mails but please call me about Sunday.',
        people: [{ id: person.id, name: person.name }],
      },
    ]);
    const page = await sampark.browser(convenor).get('/replies');
    expect(page.text).toContain('They want us to stop: stop');
    const { id } = body.items[0];
    expect((await sampark.as(neighbour).post(`/replies/${id}`, { how: 'read' })).status).toBe(404);
    expect((await sampark.as(convenor).post(`/replies/${id}`, { how: 'stopped' })).status).toBe(200);
    expect(await barrier(person.id)).toBe('suppressed');
    // One of us judged it: for a day it can be taken back as a mistake.
    const [stop] = (await sampark.as(convenor).get(`/sympathisers/${person.id}`)).body.undoable;
    expect(stop).toMatchObject({ how: 'mail' });
    expect(await sampark.sql('SELECT words, subject, sender, settled_how FROM replies WHERE id = $1', [id])).toEqual([
      { words: null, subject: null, sender: null, settled_how: 'stopped' },
    ]);
    expect((await sampark.as(convenor).post(`/replies/${id}`, { how: 'read' })).status).toBe(404);
  });

  it('of somebody who is erased is forgotten: their words, and that it was about them', async () => {
    await sampark.sql('DELETE FROM replies');
    const person = await aReader();
    await read('unsure-question');
    const forgotten = await sampark
      .get(UnitOfWork)
      .run(await sampark.system(), (tx) => tx.query('SELECT gate.forget_replies($1) AS n', [person.id]));
    expect(forgotten).toEqual([{ n: 1 }]);
    expect(await sampark.sql('SELECT people, words, subject, sender, settled_how FROM replies')).toEqual([
      { people: [], words: null, subject: null, sender: null, settled_how: 'erased' },
    ]);
  });

  it('of somebody unknown is looked at by the state, and stops nobody', async () => {
    await sampark.sql('DELETE FROM replies');
    await aReader();
    await read('unknown-sender');
    expect((await sampark.as(convenor).get('/replies')).body.items).toEqual([]);
    const state = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const [item] = (await sampark.as(state).get('/replies')).body.items;
    expect(item).toMatchObject({ people: [], sender: 'stranger@elsewhere.example' });
    expect((await sampark.as(state).post(`/replies/${item.id}`, { how: 'stopped' })).status).toBe(422);
    expect((await sampark.as(state).post(`/replies/${item.id}`, { how: 'read' })).status).toBe(200);
  });
});

describe('sampark reply', () => {
  const run = async (args: string[], input?: Buffer) => {
    const { app, owner, queue } = urlsFor(sampark.database);
    const program = Program.start('cli', ['reply', ...args], {
      DATABASE_URL: app,
      DATABASE_OWNER_URL: owner,
      DATABASE_QUEUE_URL: queue,
      SECRET_KEY: sampark.config.secretKey!,
      SUPPRESSION_KEYS: sampark.config.suppressionKeys!,
      PUBLIC_URL: sampark.config.publicUrl!,
      REPLY_ADDRESS: sampark.config.replyAddress!,
    });
    program.child.stdin!.end(input);
    return { code: await program.ended(), output: program.output };
  };

  it('reads a message from a file, or as a pipe transport gives it, and says what became of it', async () => {
    const person = await aReader();
    const file = await run([`${FOLDER}/unsure-question.eml`]);
    expect([file.code, JSON.parse(file.output)]).toEqual([0, { did: 'kept', why: ['unsure'], people: 1 }]);
    expect(await barrier(person.id)).toBeNull();
    const address = sampark.get(ReplyAddresses).of(LETTER)!;
    const piped = await run(['--to', address], message('stop-by-address'));
    expect([piped.code, JSON.parse(piped.output)]).toEqual([0, { did: 'stopped', why: [], people: 1 }]);
    expect(await barrier(person.id)).toBe('suppressed');
    expect((await run([`${FOLDER}/nothing.eml`])).code).toBe(2);
    expect((await run([], Buffer.alloc(0))).code).toBe(2);
  }, 60_000);
});
