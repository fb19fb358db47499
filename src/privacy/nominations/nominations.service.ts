import { Injectable } from '@nestjs/common';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid, type FieldProblem } from '../../platform/errors.js';
import { parseContact, type Contact } from '../../platform/formats/contact.js';
import { nameKey } from '../../sympathisers/name-key.js';
import type { OwnLink } from '../../sympathisers/own-links.js';

export interface Nomination {
  name: string;
  /** One phone or mail of theirs, as typed. */
  contact: string;
  /** The person says so: whoever is named knows, and is 18 or older (T29). Asked each time, and not kept. */
  knows?: boolean;
  adult?: boolean;
}

/**
 * The right to nominate (DPDP Act 2023, section 14; Rules 2025, rule 14): one individual who may use somebody's rights in case
 * of their death or incapacity. Of this third party a name and one way to reach them are kept, in one place: the trail says that
 * somebody was named, and not who.
 */
@Injectable()
export class NominationsService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Names somebody, in place of whoever was named before. The same said twice is said once.
   * @throws Invalid `name`, `contact`, `knows`, `adult`
   */
  nominate(link: OwnLink, said: Nomination): Promise<void> {
    return this.work.run(link, async (tx) => {
      const contact = parseContact(said.contact);
      const problems: FieldProblem[] = [];
      if (!contact) problems.push({ field: 'contact', key: 'own_data.problem.contact' });
      else if (await isThemself(tx, link.personId, said.name, contact))
        problems.push({ field: 'name', key: 'nominations.problem.themself' });
      if (!said.knows) problems.push({ field: 'knows', key: 'nominations.problem.knows' });
      if (!said.adult) problems.push({ field: 'adult', key: 'nominations.problem.adult' });
      if (!contact || problems.length) throw new Invalid(problems);
      if (await this.put(tx, link, said.name, contact))
        tx.audit('nomination.named', { ...about(link), facts: { by: contact.kind } });
    });
  }

  /** Nobody is named any more, and nothing of whoever was is kept. */
  takeAway(link: OwnLink): Promise<void> {
    return this.work.run(link, async (tx) => {
      if (await this.put(tx, link, null, null)) tx.audit('nomination.taken_away', about(link));
    });
  }

  /** @returns whether that is new */
  private async put(tx: Transaction, link: OwnLink, name: string | null, contact: Contact | null): Promise<boolean> {
    const of = (kind: Contact['kind']) => (contact?.kind === kind ? contact.value : null);
    const row = await tx.one<{ changed: boolean }>('SELECT gate.nominate($1, $2, $3, $4, $5) AS changed', [
      link.personId,
      uuidv7(),
      name,
      of('phone'),
      of('email'),
    ]);
    return row!.changed;
  }
}

/** A phone of the family may be the other's as well; with their own name it is the person. */
async function isThemself(tx: Transaction, personId: string, name: string, { kind, value }: Contact): Promise<boolean> {
  const row = await tx.one<{ name: string }>(
    `SELECT p.full_name AS name FROM people p JOIN contact_points c ON c.person_id = p.id AND c.kind = $2 AND c.value = $3 WHERE p.id = $1`,
    [personId, kind, value],
  );
  return row !== null && nameKey(row.name) === nameKey(name);
}

const about = ({ personId }: OwnLink) => ({ subject: 'person', subjectId: personId, people: [personId] });
