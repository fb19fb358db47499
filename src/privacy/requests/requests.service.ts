import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { isGrantActor, userIdOf, type Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid, NotFound } from '../../platform/errors.js';
import { parseContact } from '../../platform/formats/contact.js';
import { parseEmail } from '../../platform/formats/email-address.js';
import { parsePhone } from '../../platform/formats/phone.js';
import { dayAt } from '../../platform/formats/day.js';
import { SendRequestLetter } from './request-jobs.js';
import {
  after,
  BLANK,
  daysOf,
  EXTENSION_DAYS,
  isOpen,
  withdrawn,
  type CameHow,
  type LetterKind,
  type RequestKind,
  type SentHow,
  type Standing,
} from './request-rules.js';

/** A request as it came. */
export interface NewRequest {
  kind: RequestKind;
  cameHow: CameHow;
  /** What they ask for, in their words. */
  details: string;
  personId?: string;
  /** Somebody else asks, as the person has died or can't act: name, mail, phone and contact are of who asks. */
  onBehalf?: boolean;
  /** Needed without a person, and on somebody's behalf. */
  name?: string;
  /** Where the answer goes. */
  mail?: string;
  /** Of who asks on somebody's behalf, to compare with whom they named; kept of nobody else. */
  phone?: string;
  /** Either of the two, as typed into one field. */
  contact?: string;
  language?: 'hi' | 'en';
  /** The day it reached us; today where left out. */
  receivedOn?: string;
}

interface Row extends Omit<Standing, 'extended' | 'checked'> {
  path: string;
  personId: string | null;
  mail: string | null;
  extended_at: Date | null;
  checked_at: Date | null;
}

/** The register of what people ask of us about their data. */
@Injectable()
export class RequestsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  /**
   * Enters a request: by staff with `privacy.requests`, by a job, or by the holder of a link for the link's own person.
   * @returns its id
   * @throws NotFound where the person is out of sight; Invalid `name`, `mail`, `phone`, `contact`, `receivedOn`; Forbidden
   */
  async open(actor: Actor, wanted: NewRequest): Promise<string> {
    if (actor.kind === 'anonymous' || (actor.kind === 'link' && wanted.personId !== actor.personId))
      throw new Forbidden();
    return this.work.run(actor, async (tx) => {
      const place = await this.placeOf(tx, wanted.personId);
      const today = dayAt(new Date(), this.config.timeZone);
      const receivedOn = wanted.receivedOn ?? today;
      if (receivedOn > today) throw Invalid.field('receivedOn', 'requests.error.future');
      const onBehalf = wanted.onBehalf ?? false;
      const name = wanted.name ?? (onBehalf ? null : place.name);
      if (!name) throw Invalid.field('name', 'requests.error.name');
      const { mail, phone } = reachOf(wanted);
      const id = uuidv7();
      await tx.execute(
        `INSERT INTO privacy_requests (id, territory_id, path, person_id, kind, came_how, language, name, mail, details, received_on, due_on, opened_by, on_behalf, phone)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::date, $11::date + $12::int, $13, $14, $15)`,
        [id, place.territoryId, place.path, wanted.personId ?? null, wanted.kind, wanted.cameHow,
          wanted.language ?? place.language, name, mail, wanted.details, receivedOn,
          daysOf(this.config.requestDays)[wanted.kind], userIdOf(actor), onBehalf, onBehalf ? phone : null], // prettier-ignore
      );
      tx.audit('request.opened', {
        subject: 'request',
        subjectId: id,
        path: place.path,
        people: wanted.personId ? [wanted.personId] : [],
        facts: { kind: wanted.kind, how: wanted.cameHow, received: receivedOn, ...(onBehalf && { onBehalf }) },
      });
      return id;
    });
  }

  /** Notes how we know that it is them. @throws NotFound; Conflict where it is closed */
  check(actor: Actor, id: string, how: string): Promise<void> {
    return this.change(actor, id, 'request.checked', async (tx, request) => {
      if (!isOpen(request.state)) throw new Conflict('requests.error.closed');
      await tx.execute('UPDATE privacy_requests SET checked_how = $2, checked_at = now(), checked_by = $3 WHERE id = $1', [id, how, userIdOf(actor)]); // prettier-ignore
      await this.enter(tx, id, request.path, 'checked', how);
    });
  }

  /** For the colleagues. @throws NotFound */
  note(actor: Actor, id: string, text: string): Promise<void> {
    return this.change(actor, id, 'request.noted', async (tx, request) => {
      await this.enter(tx, id, request.path, 'note', text);
    });
  }

  /**
   * Answers by one of the letters: mailed by a job, or to be printed or read out now.
   * @returns the id of the letter
   * @throws NotFound; Conflict where it may not be written now; Invalid `text` with a blank left in it, `how` without an address
   */
  answer(actor: Actor, id: string, letter: LetterKind, text: string, how: SentHow): Promise<string> {
    return this.change(actor, id, `request.${letter}`, async (tx, request) => {
      const today = dayAt(new Date(), this.config.timeZone);
      const state = after(
        { ...request, extended: !!request.extended_at, checked: !!request.checked_at },
        letter,
        today,
      );
      if (text.includes(BLANK)) throw Invalid.field('text', 'requests.error.blank');
      if (how === 'mail' && !request.mail) throw Invalid.field('how', 'requests.error.no_mail');
      const entry = await this.enter(tx, id, request.path, letter, text, how);
      await tx.execute(
        `UPDATE privacy_requests
            SET state = $2, closed_at = CASE WHEN $3 THEN NULL ELSE now() END,
                due_on = due_on + $4::int, extended_at = CASE WHEN $4 > 0 THEN now() ELSE extended_at END
          WHERE id = $1`,
        [id, state, isOpen(state), letter === 'extension' ? EXTENSION_DAYS : 0],
      );
      if (how === 'mail')
        await tx.enqueue(SendRequestLetter, { requestId: id, entryId: entry }, { key: `privacy.request-letter:${entry}` }); // prettier-ignore
      return entry;
    });
  }

  /** They no longer want it. @throws NotFound; Conflict where it is closed */
  withdraw(actor: Actor, id: string, text: string): Promise<void> {
    return this.change(actor, id, 'request.withdrawn', async (tx, request) => {
      await tx.execute('UPDATE privacy_requests SET state = $2, closed_at = now() WHERE id = $1', [id, withdrawn(request.state)]); // prettier-ignore
      await this.enter(tx, id, request.path, 'withdrawn', text);
    });
  }

  private change<T>(actor: Actor, id: string, action: string, work: (tx: Transaction, request: Row) => Promise<T>) {
    return this.work.run(actor, async (tx) => {
      const request = await tx.one<Row>(
        `SELECT path, person_id AS "personId", kind, on_behalf AS "onBehalf", state, mail, to_char(due_on, 'YYYY-MM-DD') AS "dueOn", extended_at, checked_at
           FROM privacy_requests WHERE id = $1 FOR UPDATE`,
        [id],
      );
      if (!request) throw new NotFound();
      const result = await work(tx, request);
      tx.audit(action, {
        subject: 'request',
        subjectId: id,
        path: request.path,
        people: request.personId ? [request.personId] : [],
        facts: { kind: request.kind, was: request.state },
      });
      return result;
    });
  }

  private async enter(
    tx: Transaction,
    id: string,
    path: string,
    what: string,
    text: string,
    how: SentHow | null = null,
  ): Promise<string> {
    // prettier-ignore
    const entry = uuidv7();
    await tx.execute(
      `INSERT INTO privacy_request_entries (id, request_id, path, what, text, sent_how, sent_at, by_user)
       VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $6 IN ('print', 'spoken') THEN now() END, $7)`,
      [entry, id, path, what, text, how, userIdOf(tx.actor)],
    );
    return entry;
  }

  /** Where the person lives; without one, the territory of whoever enters it. */
  private async placeOf(tx: Transaction, personId: string | undefined) {
    if (personId) {
      const person = await tx.one<{ territoryId: string; path: string; name: string; language: string | null }>(
        'SELECT territory_id AS "territoryId", path, full_name AS name, language FROM people WHERE id = $1',
        [personId],
      );
      if (!person) throw new NotFound();
      return { ...person, language: person.language === 'en' ? 'en' : 'hi' };
    }
    if (!isGrantActor(tx.actor)) throw new Forbidden();
    const { territoryId, scope } = tx.actor;
    return { territoryId, path: scope.from, name: null, language: this.config.defaultLanguage };
  }
}

/** @throws Invalid */
function reachOf({ mail, phone, contact }: NewRequest): { mail: string | null; phone: string | null } {
  if (contact === undefined) return { mail: mailOf(mail), phone: phoneOf(phone) };
  const found = parseContact(contact);
  if (!found) throw Invalid.field('contact', 'own_data.problem.contact');
  const of = (kind: typeof found.kind) => (found.kind === kind ? found.value : null);
  return { mail: of('email'), phone: of('phone') };
}

/** @throws Invalid */
function phoneOf(typed: string | undefined): string | null {
  if (!typed) return null;
  const { e164 } = parsePhone(typed);
  if (!e164) throw Invalid.field('phone', 'own_data.problem.phone');
  return e164;
}

/** @throws Invalid */
function mailOf(typed: string | undefined): string | null {
  if (!typed) return null;
  const { email } = parseEmail(typed);
  if (!email) throw Invalid.field('mail', 'requests.error.mail');
  return email;
}
