import { userIdOf } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { change, type Change } from './changes.js';
import { party } from './seats.js';
import { wishes } from './wishes-of-two.js';

export interface Two {
  winner: string;
  loser: string;
}
export type Note = (made: Change | null) => void;

/**
 * What only one of the two can have is settled before anything moves; each of these can be set back.
 * @param theirOnly of two ways that are each the only one wished for, the other record's
 */
export async function resolve(tx: Transaction, two: Two, theirOnly: boolean): Promise<Change[]> {
  const made: Change[] = [];
  const note: Note = (one) => one && made.push(one);
  await placement(tx, two, note);
  await wishes(tx, two, theirOnly, note);
  await stopped(tx, two, note);
  await assignment(tx, two, note);
  await handles(tx, two, note);
  await preferred(tx, two, note);
  await invitations(tx, two, note);
  await attendances(tx, two, note);
  await pendingMails(tx, two, note);
  await lastContact(tx, two, note);
  return made;
}

interface PersonRow {
  path: string;
  team_id: string | null;
  assigned_to: string | null;
  assigned_at: string | null;
  closed_at: string | null;
  follow_up_on: string | null;
  follow_up_why: string | null;
  last_attempt_at: string | null;
  last_disposition: string | null;
  last_reached_at: string | null;
}
const person = async (tx: Transaction, id: string): Promise<PersonRow> =>
  (await tx.one<{ row: PersonRow }>('SELECT to_jsonb(p) AS row FROM people p WHERE p.id = $1', [id]))!.row;

interface OpenRow {
  id: string;
  team_id: string;
  user_id: string | null;
  at: Date;
  fits: boolean;
}
const openAssignment = (tx: Transaction, { winner }: Two, of: string): Promise<OpenRow | null> =>
  tx.one<OpenRow>(
    `SELECT a.id, a.team_id, a.user_id, a.at, starts_with(p.path, t.path) AS fits
       FROM assignments a JOIN people p ON p.id = $2 JOIN teams t ON t.id = a.team_id
      WHERE a.person_id = $1 AND a.closed_at IS NULL`,
    [of, winner],
  );
const close = (tx: Transaction, side: Change['side'], personId: string, id: string) =>
  change(tx, 'assignments', side, personId, id, {
    state: 'closed',
    closed_at: new Date(),
    closed_by: userIdOf(tx.actor),
    closed_why: 'merged',
  });
const NOBODYS = { team_id: null, assigned_to: null, assigned_at: null };

/** Who is set aside waits for no place; who comes back waits again. */
async function placement(tx: Transaction, { loser }: Two, note: Note) {
  const waits = await tx.one('SELECT 1 FROM people WHERE id = $1 AND waiting', [loser]);
  if (waits) note(await change(tx, 'people', 'loser', loser, loser, { waiting: false }));
}

/** Either of them asked to stop: whoever remains has. */
async function stopped(tx: Transaction, { winner, loser }: Two, note: Note) {
  const [mine, theirs] = [await person(tx, winner), await person(tx, loser)];
  if (mine.closed_at || !theirs.closed_at) return;
  const open = await tx.one<{ id: string }>('SELECT id FROM assignments WHERE person_id = $1 AND closed_at IS NULL', [
    winner,
  ]);
  if (open) note(await close(tx, 'winner', winner, open.id));
  note(await change(tx, 'people', 'winner', winner, winner, { closed_at: theirs.closed_at }));
  note(await change(tx, 'people', 'winner', winner, winner, NOBODYS));
  note(await change(tx, 'people', 'winner', winner, winner, { follow_up_on: null, follow_up_why: null }));
}

/** One member looks after one person: who does for the one that remains, else who does for the other. */
async function assignment(tx: Transaction, two: Two, note: Note) {
  const { winner, loser } = two;
  const theirs = await openAssignment(tx, two, loser);
  if (!theirs) return;
  const mine = await person(tx, winner);
  const taken = await tx.one('SELECT 1 FROM assignments WHERE person_id = $1 AND closed_at IS NULL', [winner]);
  if (taken || mine.closed_at || !theirs.fits) note(await close(tx, 'loser', loser, theirs.id));
  else
    note(
      await change(tx, 'people', 'winner', winner, winner, {
        team_id: theirs.team_id,
        assigned_to: theirs.user_id,
        assigned_at: theirs.user_id && theirs.at,
      }),
    );
}

/** A handle of both, ended with the one and used with the other, is used; verified with either, it is. */
async function handles(tx: Transaction, { winner, loser }: Two, note: Note) {
  const rows = await tx.query<{ id: string; live: boolean; verified_at: Date | null; verified_by: string | null }>(
    `SELECT w.id, w.to_at IS NOT NULL AND l.to_at IS NULL AS live,
            CASE WHEN w.verified_at IS NULL THEN l.verified_at END AS verified_at, l.verified_by
       FROM person_identities w JOIN person_identities l ON l.platform = w.platform AND l.handle = w.handle
      WHERE w.person_id = $1 AND l.person_id = $2`,
    [winner, loser],
  );
  for (const { id, live, verified_at, verified_by } of rows) {
    if (live) note(await change(tx, 'person_identities', 'winner', winner, id, { to_at: null }));
    if (verified_at) note(await change(tx, 'person_identities', 'winner', winner, id, { verified_at, verified_by }));
  }
}

interface LikedRow {
  table: 'contact_points' | 'person_identities';
  id: string;
  of: string;
  twin: string | null;
}
/** One point is what they like best: that of the one that remains, else the other's. */
async function preferred(tx: Transaction, { winner, loser }: Two, note: Note) {
  const liked = await tx.query<LikedRow>(
    `SELECT 'contact_points' AS table, c.id, c.person_id AS of, w.id AS twin
       FROM contact_points c LEFT JOIN contact_points w ON w.person_id = $1 AND w.kind = c.kind AND w.value = c.value AND w.dead_at IS NULL
      WHERE c.person_id IN ($1, $2) AND c.preferred
     UNION ALL
     SELECT 'person_identities', i.id, i.person_id, w.id
       FROM person_identities i LEFT JOIN person_identities w ON w.person_id = $1 AND w.platform = i.platform AND w.handle = i.handle AND w.to_at IS NULL
      WHERE i.person_id IN ($1, $2) AND i.preferred`,
    [winner, loser],
  );
  const decided = liked.some(({ of }) => of === winner);
  for (const { table, id, twin } of liked.filter(({ of }) => of === loser)) {
    if (decided) note(await change(tx, table, 'loser', loser, id, { preferred: false }));
    // Theirs stays aside, because there is one like it.
    else if (twin) note(await change(tx, table, 'winner', winner, twin, { preferred: true }));
  }
}

interface AskedRow {
  event_id: string;
  mine: Answer;
  theirs: Answer;
}
interface Answer {
  id: string;
  state: string;
  link_version: number;
  answer: string | null;
  guests: number;
  standing: string | null;
  answered_at: string | null;
  answered_how: string | null;
}

/** Both were asked to one meet-up: the newer answer counts, once; the other invitation is withdrawn and its link dead. */
async function invitations(tx: Transaction, { winner, loser }: Two, note: Note) {
  const rows = await tx.query<AskedRow>(
    `SELECT w.event_id, to_jsonb(w) AS mine, to_jsonb(l) AS theirs
       FROM invitations w JOIN invitations l ON l.event_id = w.event_id
      WHERE w.person_id = $1 AND l.person_id = $2 ORDER BY w.event_id`,
    [winner, loser],
  );
  for (const { event_id, mine, theirs } of rows) {
    const newer = theirs.answered_at !== null && (mine.answered_at === null || theirs.answered_at > mine.answered_at);
    const counts = newer ? theirs : mine;
    const by = party(counts) - party(mine) - party(theirs);
    if (by) await tx.query('SELECT gate.shift_heads($1, $2, $3)', [event_id, winner, by]);
    if (newer) {
      const { state, answer, guests, standing, answered_at, answered_how } = theirs;
      note(await change(tx, 'invitations', 'winner', winner, mine.id, { state, answer, guests, standing, answered_at, answered_how })); // prettier-ignore
    }
    note(
      await change(tx, 'invitations', 'loser', loser, theirs.id, {
        state: 'withdrawn',
        link_version: theirs.link_version + 1,
        answer: null,
        guests: 0,
        standing: null,
      }),
    );
  }
}

/** Both were there: one was. */
async function attendances(tx: Transaction, { winner, loser }: Two, note: Note) {
  const rows = await tx.query<{ mine: string; theirs: string; was_undone: boolean }>(
    `SELECT w.id AS mine, l.id AS theirs, w.undone_at IS NOT NULL AS was_undone
       FROM attendances w JOIN attendances l ON l.event_id = w.event_id
      WHERE w.person_id = $1 AND l.person_id = $2 AND l.undone_at IS NULL`,
    [winner, loser],
  );
  for (const { mine, theirs, was_undone } of rows) {
    if (was_undone) note(await change(tx, 'attendances', 'winner', winner, mine, { undone_at: null, undone_by: null }));
    note(await change(tx, 'attendances', 'loser', loser, theirs, { undone_at: new Date(), undone_by: userIdOf(tx.actor) })); // prettier-ignore
  }
}

/** Nobody gets the same mail twice. */
async function pendingMails(tx: Transaction, { winner, loser }: Two, note: Note) {
  const rows = await tx.query<{ id: string }>(
    `SELECT l.id FROM mails l JOIN mails w ON w.event_id = l.event_id AND w.kind = l.kind
      WHERE l.person_id = $2 AND w.person_id = $1 AND l.state = 'pending'`,
    [winner, loser],
  );
  for (const { id } of rows) note(await change(tx, 'mails', 'loser', loser, id, { state: 'refused', why: 'merged' }));
}

/** When they were last tried and reached, and the earlier of two days to call back. */
async function lastContact(tx: Transaction, { winner, loser }: Two, note: Note) {
  const [mine, theirs] = [await person(tx, winner), await person(tx, loser)];
  const set = async (values: Record<string, unknown>) => note(await change(tx, 'people', 'winner', winner, winner, values)); // prettier-ignore
  if (theirs.last_attempt_at && (!mine.last_attempt_at || theirs.last_attempt_at > mine.last_attempt_at))
    await set({ last_attempt_at: theirs.last_attempt_at, last_disposition: theirs.last_disposition });
  if (theirs.last_reached_at && (!mine.last_reached_at || theirs.last_reached_at > mine.last_reached_at))
    await set({ last_reached_at: theirs.last_reached_at });
  if (theirs.follow_up_on && !mine.closed_at && (!mine.follow_up_on || theirs.follow_up_on < mine.follow_up_on))
    await set({ follow_up_on: theirs.follow_up_on, follow_up_why: theirs.follow_up_why });
}
