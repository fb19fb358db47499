import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { aStubbornMailServer, type StubbornMailServer } from '../support/stubborn-mail-server.js';

let sampark: Sampark;
let server: StubbornMailServer;
let convenor: AUser;
beforeAll(async () => {
  server = await aStubbornMailServer();
  sampark = await aSampark({ env: { SMTP_URL: server.url } });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(async () => {
  await sampark?.close();
  await server?.close();
});

async function asked(...emails: string[]) {
  const { id } = await anEvent(sampark, { in: 'agra' });
  const people = [];
  for (const email of emails) people.push((await aSympathiser(sampark, { in: 'agra', emails: [email] })).id);
  await sampark.as(convenor).post(`/events/${id}/invitations`, { personIds: people });
  await sampark.drain();
  return id;
}
const rows = (eventId: string) =>
  sampark.sql(`SELECT state, why, tries, due_at > now() AS later FROM mails WHERE event_id = $1 ORDER BY id`, [
    eventId,
  ]);

describe('a mail server', () => {
  it('that refuses one address keeps nobody else from theirs', async () => {
    const id = await asked('gone-550@example.org', 'fine-1@example.org');
    expect(await rows(id)).toEqual([
      { state: 'failed', why: 'smtp_550', tries: 1, later: false },
      { state: 'sent', why: null, tries: 1, later: false },
    ]);
    expect((await sampark.as(convenor).get(`/events/${id}`)).body.figures).toMatchObject({
      asked: 1,
      mails: { failed: 1 },
    });
  });

  it('that says later is tried later, by a job of its own', async () => {
    const id = await asked('grey-451@example.org');
    expect(await rows(id)).toEqual([{ state: 'pending', why: 'smtp_451', tries: 1, later: true }]);
    const [job] = await sampark.sql(
      `SELECT run_at > now() + interval '30 seconds' AS later FROM graphile_worker._private_jobs WHERE key = $1`,
      [`mailings.send:${id}`],
    );
    expect(job).toEqual({ later: true });
    // Its time has come, and the server takes it.
    await sampark.sql(`UPDATE contact_points SET value = 'grey@example.org' WHERE value = 'grey-451@example.org'`);
    await sampark.sql('UPDATE mails SET due_at = now() WHERE event_id = $1', [id]);
    await sampark.sql('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key = $1', [
      `mailings.send:${id}`,
    ]);
    await sampark.drain();
    expect(await rows(id)).toEqual([{ state: 'sent', why: null, tries: 2, later: false }]);
  });

  it('that hangs up after it took a mail leaves it in doubt, with one copy', async () => {
    const id = await asked('lost@example.org');
    expect(await rows(id)).toEqual([{ state: 'unsure', why: 'connection_lost', tries: 1, later: false }]);
    expect(server.mails.filter((mail) => JSON.stringify(mail.to).includes('lost@'))).toHaveLength(1);
  });
});
