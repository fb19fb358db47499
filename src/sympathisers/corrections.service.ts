import { Injectable } from '@nestjs/common';
import { scopeOfActor, userIdOf, type Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../platform/errors.js';
import { isWithin } from '../territories/path.js';
import { PeopleMover } from '../territories/people-mover.js';
import { Territory } from '../territories/territory.entity.js';
import type { Correction } from './new-sympathiser.js';
import { districtProblems, problemsOfFields, readBirthYear } from './person-fields.js';
import { PersonSuggestion } from './person-suggestion.entity.js';
import { Person } from './person.entity.js';

type Values = Record<string, unknown>;

/** Puts right what stands about somebody, by hand or by a suggestion of an import. */
@Injectable()
export class CorrectionsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly mover: PeopleMover,
  ) {}

  /**
   * Changes what is given. What was and what is lie beside the audit entry, erasable. A member may put right the name
   * and the language of their own people; Postgres refuses the rest.
   * @throws NotFound, Invalid by field, Forbidden
   */
  correct(actor: Actor, personId: string, correction: Correction): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.findOrFail(Person, { id: personId });
      const problems = [...problemsOfFields(correction), ...(await districtProblems(tx, correction.districtLgd))];
      if (problems.length) throw new Invalid(problems);
      const before = valuesOf(person);
      change(person, correction);
      const after = valuesOf(person);
      const changed = Object.keys(after).filter((field) => after[field] !== before[field]);
      if (changed.length) {
        await tx.save(person);
        tx.audit('sympathiser.corrected', {
          subject: 'person',
          subjectId: personId,
          path: person.path,
          people: [personId],
          before: only(before, changed),
          after: only(after, changed),
          facts: { fields: changed },
        });
      }
      if (correction.territoryId && correction.territoryId !== person.territoryId)
        await this.move(tx, person, correction.territoryId);
    });
  }

  /**
   * Settles what an import suggested: puts the value in place, or leaves what stands.
   * @throws NotFound, Invalid where the value can't be put in place by itself (another person who may be the same)
   */
  settle(actor: Actor, personId: string, suggestionId: string, how: 'taken' | 'left'): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const suggestion = await tx.findOrFail(PersonSuggestion, { personId, id: suggestionId });
      if (suggestion.settledAt) return;
      if (how === 'taken') await this.correct(actor, personId, correctionOf(suggestion));
      suggestion.settledAt = new Date();
      suggestion.settledBy = userIdOf(actor);
      suggestion.settledHow = how;
      await tx.save(suggestion);
      tx.audit('sympathiser.suggestion_settled', {
        subject: 'person',
        subjectId: personId,
        path: suggestion.path,
        people: [personId],
        facts: { field: suggestion.field, how },
      });
    });
  }

  /** To another home inside the actor's territory; everything of theirs moves along. */
  private async move(tx: Transaction, person: Person, territoryId: string): Promise<void> {
    const territory = await tx.find(Territory, { id: territoryId });
    const scope = scopeOfActor(tx.actor);
    if (!territory || territory.toOn || !scope || !isWithin(territory.path, scope))
      throw Invalid.field('territoryId', 'sympathisers.problem.territory');
    const note = this.mover.start(tx, 'hand');
    const moved = await tx.execute(
      `UPDATE people p SET filled_by = ${PeopleMover.note('$5::uuid')}, territory_id = $5, path = $6, waiting = false WHERE p.id = $4`,
      [...note, person.id, territory.id, territory.path],
    );
    if (!moved) throw new NotFound();
    await this.mover.follow(tx, note[0], 'sympathiser.moved', [{ id: person.id, path: territory.path }], {
      from: person.territoryId,
      to: territory.id,
    });
  }
}

function change(person: Person, correction: Correction): void {
  if (correction.name !== undefined && correction.name !== person.fullName) person.rename(correction.name);
  if (correction.language !== undefined) person.language = correction.language;
  if (correction.pin !== undefined) person.pin = correction.pin;
  if (correction.districtLgd !== undefined) person.districtLgd = correction.districtLgd;
  if (correction.birthYear === undefined) return;
  const { birthYear } = readBirthYear(correction.birthYear);
  if (birthYear === person.birthYear) return;
  person.birthYear = birthYear;
  person.birthYearNotedOn = birthYear === null ? null : new Date().toISOString().slice(0, 10);
}

const valuesOf = (person: Person): Values => ({
  name: person.fullName,
  language: person.language,
  pin: person.pin,
  district: person.districtLgd,
  birth_year: person.birthYear,
});

const only = (values: Values, fields: string[]): Values =>
  Object.fromEntries(fields.map((field) => [field, values[field]]));

/** What an import calls a field, and what it is called here. */
const FIELDS: Record<string, keyof Correction> = {
  name: 'name',
  language: 'language',
  pin: 'pin',
  district: 'districtLgd',
  birth_year: 'birthYear',
  territory: 'territoryId',
};

/** Whether a suggestion is a value that can be put in place by one tap. */
export const canBeTaken = (suggestion: { field: string; value: string | null }): boolean =>
  suggestion.value !== null && suggestion.field in FIELDS;

function correctionOf(suggestion: PersonSuggestion): Correction {
  const { field, value } = suggestion;
  if (!canBeTaken(suggestion)) throw Invalid.field('how', 'sympathisers.problem.not_takable');
  return { [FIELDS[field]!]: field === 'district' ? Number(value) : value };
}
