import { Injectable } from '@nestjs/common';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { ConsentService, entriesFor } from '../../sympathisers/consent/consent.service.js';
import { ComeBackService } from '../../sympathisers/consent/come-back.service.js';
import { SuppressionService } from '../../sympathisers/consent/suppression.service.js';
import { namesAlike } from '../../sympathisers/duplicates/names-alike.js';
import { nameKey } from '../../sympathisers/name-key.js';
import { Person } from '../../sympathisers/person.entity.js';
import { PointsService } from '../../sympathisers/points.service.js';
import { isClaimed, type ReadIdentity } from '../../sympathisers/read-points.js';
import { SympathisersService } from '../../sympathisers/sympathisers.service.js';
import { HomeOfSignUp } from './home-of-sign-up.js';
import type { SignUp } from './sign-up.js';
import { STOP_STANDS } from '../../sympathisers/consent/stop-stands.js';

/** How somebody showed that the sign-up is theirs: by the link in their mail, or by saying so on the phone. */
export interface Shown {
  by: 'email' | 'phone';
  purposes: SignUp['purposes'];
  notices: SignUp['notices'];
  language: string;
  posterCode: string | null;
}

/** What of a sign-up may be written: nothing that was stopped, and no handle that somebody else holds. */
interface Usable {
  phones: string[];
  emails: string[];
  identities: ReadIdentity[];
  /** Handles of theirs that somebody else in the register holds: told to whoever looks, and never taken away by a form. */
  held: ReadIdentity[];
}

/** Makes a confirmed sign-up a person of the register, or adds it to the one who is there. */
@Injectable()
export class NewcomersService {
  constructor(
    private readonly sympathisers: SympathisersService,
    private readonly points: PointsService,
    private readonly consents: ConsentService,
    private readonly suppressions: SuppressionService,
    private readonly comingBack: ComeBackService,
    private readonly homes: HomeOfSignUp,
  ) {}

  /**
   * Inside a unit of work of an actor with the whole organisation in scope. A mail's stop is lifted where the link in it was
   * used: that was the person. Nothing else that was stopped comes back by a form (T25).
   * @returns the person, and whether they were there already
   */
  async takeIn(tx: Transaction, signUp: SignUp, shown: Shown): Promise<{ id: string; known: boolean }> {
    if (shown.by === 'email') {
      const theirs = { kind: 'email' as const, value: signUp.email!, nameKey: nameKey(signUp.name) };
      await this.suppressions.release(tx.actor, theirs, 'confirmed_by_link');
    }
    const known = await this.same(tx, signUp, shown.by);
    const usable = await this.usable(tx, signUp, known);
    const id = known ? await this.add(tx, known, signUp, usable, shown) : await this.make(tx, signUp, usable, shown);
    if (known && shown.by === 'email') await this.comingBack.byForm(tx.actor, known);
    for (const { platform, handle } of usable.held) await suggest(tx, id, 'handle', `${platform} ${handle}`);
    return { id, known: known !== null };
  }

  /**
   * Who has that mail (or, said on the phone, that number) and a name that is one with it. A family shares both (T22, T23).
   * Whoever asked us to stop is meant only by their very name and a mail that they had then: one that was added since may be
   * anybody's, and who signs up by it is somebody new.
   */
  private async same(tx: Transaction, { name, email, phone }: SignUp, by: Shown['by']): Promise<string | null> {
    const rows = await tx.query<{ id: string; name: string; stopped: boolean; had: boolean }>(
      `SELECT p.id, p.full_name AS name, gate.had_when_stopped(p.id, c.kind, c.value) AS had,
              ${STOP_STANDS} AS stopped
         FROM contact_points c JOIN people p ON p.id = c.person_id
        WHERE c.kind = $1 AND c.value = $2 AND p.erased_at IS NULL ORDER BY p.created_at, p.id`,
      [by, by === 'email' ? email : phone],
    );
    const found =
      rows.find((row) => namesAlike(row.name, name) === 'same' && (!row.stopped || (by === 'email' && row.had))) ??
      rows.find((row) => ['similar', 'shorter'].includes(namesAlike(row.name, name)) && !row.stopped);
    if (found) tx.shown('sympathiser.matched', [found.id]);
    return found?.id ?? null;
  }

  private async usable(
    tx: Transaction,
    { name, email, phone, identities }: SignUp,
    known: string | null,
  ): Promise<Usable> {
    const things = [
      ...(phone ? [{ kind: 'phone', value: phone, nameKey: nameKey(name) }] : []),
      ...(email ? [{ kind: 'email', value: email, nameKey: nameKey(name) }] : []),
      ...identities.map(({ platform, handle }) => ({ kind: platform, value: handle })),
    ];
    const stopped = await this.suppressions.stopped(tx.actor, things);
    const open = new Set(things.filter((_, at) => !stopped[at]).map(({ kind, value }) => `${kind} ${value}`));
    const theirs = identities.filter(({ platform, handle }) => open.has(`${platform} ${handle}`));
    const claims = theirs.filter(isClaimed);
    const taken = await tx.query<{ handle: string; platform: string }>(
      `SELECT c.platform, c.handle FROM unnest($1::text[], $2::text[]) AS q(platform, handle)
         JOIN identity_claims c ON c.platform = q.platform AND c.handle = q.handle WHERE c.person_id IS DISTINCT FROM $3`,
      [claims.map(({ platform }) => platform), claims.map(({ handle }) => handle), known],
    );
    const isTaken = (one: ReadIdentity) =>
      taken.some(({ platform, handle }) => platform === one.platform && handle === one.handle);
    return {
      phones: phone && open.has(`phone ${phone}`) ? [phone] : [],
      emails: email && open.has(`email ${email}`) ? [email] : [],
      identities: theirs.filter((one) => !isTaken(one)),
      held: theirs.filter(isTaken),
    };
  }

  private async make(tx: Transaction, signUp: SignUp, usable: Usable, shown: Shown): Promise<string> {
    const home = await this.homes.of(tx, signUp, shown.posterCode);
    const { id } = await this.sympathisers.add(tx.actor, {
      name: signUp.name,
      territoryId: home.id,
      elseWaits: home.unknown,
      phones: usable.phones,
      emails: usable.emails,
      identities: usable.identities,
      language: signUp.language ?? undefined,
      pin: signUp.pin ?? undefined,
      birthYear: signUp.birthYear ?? undefined,
      cameBy: 'join_form',
      source: await sourceOf(tx, signUp, shown.posterCode),
      consent: { purposes: shown.purposes, how: how(shown), notice: shown.notices, language: shown.language },
      // What is left of what they typed, see `usable`, may be written.
      agreedAnew: true,
      // Who has the phone under that name may be a namesake in the family: the search for duplicates suggests it to a human.
      anyway: true,
    });
    return id;
  }

  /** Blanks are filled, what differs is suggested, consent is what they ticked now, by what they gave now. */
  private async add(tx: Transaction, id: string, signUp: SignUp, usable: Usable, shown: Shown): Promise<string> {
    const { phones, emails, identities } = usable;
    await this.points.add(tx.actor, id, { phones, emails, identities }, { agreedAnew: true });
    const person = await tx.findOrFail(Person, { id });
    const filled: Record<string, unknown> = {};
    const fill = (field: 'language' | 'pin' | 'birthYear', value: string | number | null) => {
      if (value === null || person[field] !== null) return;
      Object.assign(person, { [field]: value });
      filled[field] = value;
    };
    const differs = differencesOf(person, signUp);
    fill('language', signUp.language);
    fill('pin', signUp.pin);
    fill('birthYear', signUp.birthYear);
    if (filled.birthYear) person.birthYearNotedOn = new Date().toISOString().slice(0, 10);
    if (Object.keys(filled).length) await tx.save(person);
    for (const [field, value] of differs) await suggest(tx, id, field, value);
    const channels = [
      ...(phones.length ? ['phone'] : []),
      ...(emails.length ? ['email'] : []),
      ...new Set(identities.map(({ platform }) => platform)),
    ];
    await this.consents.record(
      tx.actor,
      id,
      entriesFor(
        { purposes: shown.purposes, state: 'given', how: how(shown), notice: shown.notices, language: shown.language },
        channels,
      ),
    );
    tx.audit('join.added', {
      subject: 'person',
      subjectId: id,
      path: person.path,
      people: [id],
      after: filled,
      facts: { filled: Object.keys(filled), suggested: differs.map(([field]) => field) },
    });
    return id;
  }
}

const how = ({ by }: Shown): string => (by === 'email' ? 'form' : 'spoken');

function differencesOf(person: Person, signUp: SignUp): [field: string, value: string][] {
  const pairs: [string, string | number | null, string | number | null][] = [
    ['name', person.fullName, signUp.name],
    ['language', person.language, signUp.language],
    ['pin', person.pin, signUp.pin],
    ['birth_year', person.birthYear, signUp.birthYear],
  ];
  return pairs
    .filter(([, held, said]) => held !== null && said !== null && String(held) !== String(said))
    .map(([field, , said]) => [field, String(said)]);
}

/** Kept beside what we hold until somebody settles it; said again, it is one suggestion. */
async function suggest(tx: Transaction, personId: string, field: string, value: string): Promise<void> {
  await tx.execute(
    `INSERT INTO person_suggestions (person_id, id, path, field, value, why)
     SELECT id, $2, path, $3, $4, 'join_form' FROM people WHERE id = $1 ON CONFLICT DO NOTHING`,
    [personId, uuidv7(), field, value],
  );
}

/** Where they found us, in words that a mail may repeat to them: the poster's place and code, else the page. */
async function sourceOf(tx: Transaction, { page }: SignUp, posterCode: string | null): Promise<string> {
  const poster = await tx.one<{ label: string; code: string }>('SELECT label, code FROM posters WHERE code = $1', [
    posterCode,
  ]);
  return poster ? `${poster.label} (${poster.code})` : page;
}
