import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid } from '../platform/errors.js';
import { channels } from './consent/purposes.js';
import { LANGUAGE_CODES } from './language-names.js';
import { Person } from './person.entity.js';

/** When somebody likes to be called. */
export const CONTACT_TIMES = ['morning', 'noon', 'evening', 'weekend'] as const;

/** How somebody wants to be contacted, in which languages. What is absent stays; null and an empty list take it away. */
export interface Wishes {
  alsoSpeaks?: string[];
  times?: string[];
  order?: string[];
  /** What they like best: the rest of their order stays behind it. Null: they have none. */
  first?: string | null;
  only?: string | null;
  notBefore?: string | null;
}

/** What people offer (makes videos, speaks, drives), and how they want to be contacted. */
@Injectable()
export class WishesService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * What they offer is these and nothing else; whatever they had offered before keeps its source and day.
   * @param source where they offered it, in the words of whoever heard it
   * @throws NotFound, Invalid `skills`
   */
  offer(actor: Actor, personId: string, skills: string[], source: string | null): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.findOrFail(Person, { id: personId });
      const before = await tx.query<{ code: string }>(
        'SELECT code FROM person_skills WHERE person_id = $1 ORDER BY code',
        [personId],
      );
      const known = await tx.query<{ code: string }>('SELECT code FROM skills WHERE code = ANY ($1)', [skills]);
      if (known.length < new Set(skills).size) throw Invalid.field('skills', 'wishes.problem.skill');
      await tx.query('SELECT gate.note_skills($1, $2, $3)', [personId, skills, source]);
      tx.audit('sympathiser.skills_noted', {
        subject: 'person',
        subjectId: personId,
        path: person.path,
        people: [personId],
        before: { skills: before.map(({ code }) => code) },
        after: { skills, source },
      });
    });
  }

  /** @throws NotFound, Invalid by field */
  wish(actor: Actor, personId: string, wishes: Wishes): Promise<void> {
    const wrong = (field: string, key: string) => Invalid.field(field, `wishes.problem.${key}`);
    const { alsoSpeaks, times, order, first, only, notBefore } = wishes;
    if (alsoSpeaks?.some((code) => !LANGUAGE_CODES.includes(code))) throw wrong('alsoSpeaks', 'language');
    if (order?.some((channel) => !channels().includes(channel))) throw wrong('order', 'channel');
    if (first && !channels().includes(first)) throw wrong('first', 'channel');
    if (only && !channels().includes(only)) throw wrong('only', 'channel');
    return this.work.run(actor, async (tx) => {
      const person = await tx.findOrFail(Person, { id: personId });
      const before = wishesOf(person);
      if (alsoSpeaks !== undefined) person.alsoSpeaks = alsoSpeaks.filter((code) => code !== person.language);
      if (times !== undefined) person.contactTimes = times;
      if (order !== undefined) person.contactOrder = [...new Set(order)];
      if (first !== undefined)
        person.contactOrder = first ? [first, ...person.contactOrder.filter((channel) => channel !== first)] : [];
      if (only !== undefined) person.contactOnly = only;
      if (notBefore !== undefined) person.contactNotBefore = notBefore;
      await tx.save(person);
      tx.audit('sympathiser.wishes_noted', {
        subject: 'person',
        subjectId: personId,
        path: person.path,
        people: [personId],
        before,
        after: wishesOf(person),
      });
    });
  }
}

const wishesOf = (person: Person) => ({
  alsoSpeaks: person.alsoSpeaks,
  times: person.contactTimes,
  order: person.contactOrder,
  only: person.contactOnly,
  notBefore: person.contactNotBefore,
});
