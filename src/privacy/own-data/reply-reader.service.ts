import { Injectable } from '@nestjs/common';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { isUuid } from '../../platform/database/id.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { StopService } from '../../sympathisers/consent/stop.service.js';
import { ReplyAddresses } from '../../sympathisers/reply-addresses.js';
import { kindOf, type ReplyKind } from './reply-kind.js';
import { newWords } from './reply-text.js';
import { Replies } from './replies.service.js';
import { verdictOn } from './stop-words.js';

/** What became of a message. */
export interface ReplyOutcome {
  /** `stopped`: at once; `kept`: a person looks at it; `ignored`: a machine wrote it; `again`: it was read before. */
  did: 'stopped' | 'kept' | 'ignored' | 'again';
  why: string[];
  people: number;
}

/** An answer to us keeps our subject behind one of these. */
const ANSWERS = /^\s*(?:re|fw|fwd|aw|उत्तर|प्रति|जवाब)\s*(?:\[\d+\])?\s*[:：]/i;

/**
 * Reads one reply to a mail of ours. Who is meant is told by our own mark alone: the signed address it came to, or the id of
 * our letter that it refers to, which only its readers know. The sender's address can be forged, and decides nothing.
 */
@Injectable()
export class ReplyReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly addresses: ReplyAddresses,
    private readonly stops: StopService,
    private readonly replies: Replies,
  ) {}

  /**
   * @param raw the message (RFC 5322)
   * @param to the address of the envelope, where the mail server tells it
   */
  async read(actor: SystemActor, raw: Buffer, to?: string): Promise<ReplyOutcome> {
    const mail = await simpleParser(raw, { skipImageLinks: true, skipTextLinks: true });
    const kind = kindOf(mail);
    const people = await this.peopleOf(mail, to);
    if (kind !== 'person') return this.ignore(actor, kind, people);
    const words = newWords(mail);
    const said = ANSWERS.test(mail.subject ?? '') ? words : `${mail.subject ?? ''}\n${words}`;
    const verdict = verdictOn(said);
    if (verdict === 'stop' && people.length) {
      for (const { person_id } of people) await this.work.run(actor, () => this.stops.stop(actor, person_id, 'mail'));
      return { did: 'stopped', why: [], people: people.length };
    }
    return this.keep(actor, mail, raw, people, { stop: 'stop', unsure: 'unsure', none: 'other' }[verdict], words);
  }

  private async keep(
    actor: SystemActor,
    mail: ParsedMail,
    raw: Buffer,
    named: Person[],
    word: string,
    words: string,
  ): Promise<ReplyOutcome> {
    const sender = mail.from?.value[0]?.address?.toLowerCase() ?? null;
    const people = named.length ? named : await this.bySender(actor, sender);
    const why = [word, ...(named.length ? [] : [people.length ? 'from_alone' : 'unknown_sender'])];
    const isNew = await this.replies.keep(actor, {
      digest: createHash('sha256')
        .update(mail.messageId ?? raw)
        .digest(),
      people: people.map(({ person_id }) => person_id),
      path: people[0]?.path ?? actor.scope.from,
      why,
      sender,
      subject: mail.subject ?? null,
      words,
    });
    return { did: isNew ? 'kept' : 'again', why, people: people.length };
  }

  private async ignore(actor: SystemActor, kind: ReplyKind, people: Person[]): Promise<ReplyOutcome> {
    await this.work.run(actor, (tx) => {
      tx.audit('reply.ignored', { people: people.map(({ person_id }) => person_id), facts: { kind } });
      return Promise.resolve();
    });
    return { did: 'ignored', why: [kind], people: people.length };
  }

  /** By our mark: the address first, then what it answers, then what it refers to, the newest first. */
  private async peopleOf(mail: ParsedMail, to?: string): Promise<Person[]> {
    const letters = [
      ...[to ?? '', ...addressesIn(mail)].map((address) => this.addresses.read(address)),
      ...[mail.inReplyTo, ...[mail.references ?? []].flat().toReversed()].map((id) => this.letterOf(id)),
    ];
    for (const letter of new Set(letters.filter((one) => one !== null))) {
      const people = await this.dataSource.query<Person[]>('SELECT * FROM gate.people_of_letter($1)', [letter]);
      if (people.length) return people;
    }
    return [];
  }

  private letterOf(messageId: string | undefined): string | null {
    const [, id = '', host = ''] = /^<?([0-9a-f-]{36})(?:\.\d+)?@([^>\s]+)>?$/i.exec(messageId?.trim() ?? '') ?? [];
    return isUuid(id) && host.toLowerCase() === this.config.hostName ? id.toLowerCase() : null;
  }

  /** Who has that address: enough for somebody to look, never for us to act on. */
  private bySender(actor: SystemActor, sender: string | null): Promise<Person[]> {
    if (!sender) return Promise.resolve([]);
    return this.work.run(actor, (tx) =>
      tx.query<Person>(
        `SELECT p.id AS person_id, p.path FROM contact_points c JOIN people p ON p.id = c.person_id
          WHERE c.value = $1 AND c.kind = 'email' AND p.erased_at IS NULL AND p.path <> '' ORDER BY p.id LIMIT 8`,
        [sender],
      ),
    );
  }
}

interface Person {
  person_id: string;
  path: string;
}

/** Wherever the server or the writer put the address that it came to. */
function addressesIn(mail: ParsedMail): string[] {
  const lists = [mail.to, mail.cc].flat().filter((list): list is AddressObject => Boolean(list));
  const headers = ['delivered-to', 'x-original-to', 'envelope-to'].flatMap((name) => {
    const value = mail.headers.get(name);
    return typeof value === 'string'
      ? [value]
      : Array.isArray(value)
        ? value.map(String)
        : value
          ? [JSON.stringify(value)]
          : [];
  });
  return [...lists.flatMap((list) => list.value.map(({ address }) => address ?? '')), ...headers];
}
