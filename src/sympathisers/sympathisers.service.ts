import { Injectable } from '@nestjs/common';
import { scopeOfActor, userIdOf, type Actor } from '../platform/database/actor.js';
import { isUuid, uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid, type FieldProblem } from '../platform/errors.js';
import { HomeFinder } from '../territories/home-finder.js';
import { isWithin } from '../territories/path.js';
import { Territory } from '../territories/territory.entity.js';
import { ConsentService } from './consent/consent.service.js';
import { lookAlikes } from './matches.js';
import { nameKey } from './name-key.js';
import type { Correction, NewSympathiser } from './new-sympathiser.js';
import { Person } from './person.entity.js';
import { PointsService } from './points.service.js';
import { CorrectionsService } from './corrections.service.js';
import { districtProblems, problemsOfFields, readBirthYear } from './person-fields.js';
import { readPoints, type ReadPoints } from './read-points.js';

/** The register, by hand: one person at a time. */
@Injectable()
export class SympathisersService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly consents: ConsentService,
    private readonly points: PointsService,
    private readonly corrections: CorrectionsService,
    private readonly homes: HomeFinder,
  ) {}

  /**
   * Adds one person, with whatever they gave and agreed to. The home is found from the address, at or below
   * `territoryId`; where nothing finer is known it is that territory.
   * @returns the new id, or the id given if that very person is there already (sent twice)
   * @throws Invalid by field: `name`, `phones`, `emails`, `handle`, `platform`, `pin`, `birthYear`, `territoryId`,
   *   `purposes`; where somebody may be the same person, `anyway`; where something is stopped, `agreedAnew`
   * @throws NotFound where the id given is somebody's out of sight
   */
  async add(actor: Actor, input: NewSympathiser): Promise<{ id: string }> {
    const id = input.id && isUuid(input.id) ? input.id : uuidv7();
    const points = readPoints(input);
    const person = { name: input.name.trim(), nameKey: nameKey(input.name) };
    const found = await this.problemsOf(actor, id, input, { ...person, ...points });
    if (found === 'known') return { id };
    if (found.length) throw new Invalid(found);
    const { birthYear } = readBirthYear(input.birthYear);
    return this.work.run(actor, async (tx) => {
      const home = await this.homeOf(tx, input);
      const added = await tx.insertOnce(Person, {
        id,
        territoryId: home.territoryId,
        path: home.path,
        waiting: home.waiting,
        fullName: person.name,
        nameKey: person.nameKey,
        language: input.language ?? null,
        birthYear,
        birthYearNotedOn: birthYear ? new Date().toISOString().slice(0, 10) : null,
        pin: input.pin ?? null,
        districtLgd: home.districtLgd,
        tehsilLgd: home.tehsilLgd,
        cameBy: input.cameBy ?? 'user',
        source: input.source ?? null,
        createdBy: userIdOf(actor),
      });
      if (!added) {
        // The same form twice at once; or somebody of that id, placed or moved out of sight since it was sent first.
        await tx.findOrFail(Person, { id });
        return { id };
      }
      await this.points.write(tx, { id, path: home.path, nameKey: person.nameKey }, points);
      if (input.consent) {
        const { purposes, how, at, notice, language } = input.consent;
        await this.consents.recordEverywhere(actor, id, { purposes, state: 'given', how, at, notice, language });
      }
      if (input.note) await this.note(actor, id, input.note);
      tx.audit('sympathiser.added', {
        subject: 'person',
        subjectId: id,
        path: home.path,
        people: [id],
        after: {
          name: person.name,
          phones: points.phones,
          emails: points.emails,
          identities: points.identities.map(({ platform, handle }) => `${platform} ${handle}`),
          pin: input.pin,
          district: home.districtLgd,
          language: input.language,
          birth_year: birthYear,
        },
        facts: { came_by: input.cameBy ?? 'user', waiting: home.waiting },
      });
      return { id };
    });
  }

  /**
   * Puts a person's own data right, or moves them to another home inside the actor's territory.
   * @throws NotFound, Invalid by field
   */
  correct(actor: Actor, personId: string, correction: Correction): Promise<void> {
    return this.corrections.correct(actor, personId, correction);
  }

  /**
   * Adds phones, mails or handles to somebody.
   * @param said see `PointsService.add`
   * @throws NotFound, Invalid by field
   */
  addPoint(
    actor: Actor,
    personId: string,
    typed: { phones?: string[]; emails?: string[]; identities?: { platform: string; handle: string }[] },
    said: { agreedAnew?: boolean; changedHands?: boolean } = {},
  ): Promise<{ odd: string[] }> {
    return this.points.add(actor, personId, typed, said);
  }

  /**
   * Writes a note. Notes are never changed.
   * @param given a UUIDv7 of the client's: sent twice, it is one note
   */
  note(actor: Actor, personId: string, text: string, given?: string): Promise<{ id: string }> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.findOrFail(Person, { id: personId });
      const id = given ?? uuidv7();
      const written = await tx.execute(
        `INSERT INTO public.person_notes (person_id, id, path, text, by_user) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [personId, id, person.path, text, userIdOf(actor)],
      );
      if (written)
        tx.audit('sympathiser.noted', {
          subject: 'person',
          subjectId: personId,
          path: person.path,
          people: [personId],
          after: { note: text },
        });
      return { id };
    });
  }

  /**
   * Everything that speaks against adding. In a unit of work of its own, so that a look at somebody held elsewhere stays
   * in the audit trail although nothing is added.
   */
  private problemsOf(
    actor: Actor,
    id: string,
    input: NewSympathiser,
    who: ReadPoints & { name: string; nameKey: string },
  ): Promise<FieldProblem[] | 'known'> {
    return this.work.run(actor, async (tx) => {
      const before = await this.sentBefore(tx, input, who.nameKey);
      if (before) return before;
      const problems = [...who.problems, ...plainProblems(input, who)];
      const territory = await tx.find(Territory, { id: input.territoryId });
      const scope = scopeOfActor(actor);
      if (!territory || !scope || !isWithin(territory.path, scope) || territory.toOn)
        problems.push({ field: 'territoryId', key: 'sympathisers.problem.territory' });
      problems.push(...(await districtProblems(tx, input.districtLgd)));
      if (problems.length) return problems;
      problems.push(...(await this.points.problems(tx, id, who, agreedAnew(input))));
      if (!problems.length && !input.anyway) {
        const alike = await lookAlikes(tx, who);
        if (alike[0])
          problems.push({ field: 'anyway', key: 'sympathisers.problem.look_alike', params: { name: alike[0].name } });
        tx.shown(
          'sympathiser.matched',
          alike.map((match) => match.id),
        );
      }
      // What speaks against it may be this very form, sent twice at once and taken a moment ago.
      return (problems.length && (await this.sentBefore(tx, input, who.nameKey))) || problems;
    });
  }

  /** Whether somebody of this id is there already: the same form again, or a device that gave one id to two people. */
  private async sentBefore(
    tx: Transaction,
    input: NewSympathiser,
    key: string,
  ): Promise<FieldProblem[] | 'known' | null> {
    const known = input.id && isUuid(input.id) ? await tx.find(Person, { id: input.id }) : null;
    if (!known) return null;
    return known.nameKey === key ? 'known' : [{ field: 'name', key: 'sympathisers.problem.id_taken' }];
  }

  /** The finest certain home of the address; the territory told where the address says nothing or lies elsewhere. */
  private async homeOf(tx: Transaction, input: NewSympathiser) {
    const told = await tx.findOrFail(Territory, { id: input.territoryId });
    const chosen = { territoryId: told.id, path: told.path, waiting: input.elseWaits ?? false };
    const pin = input.pin ?? null;
    if (!pin && !input.districtLgd) return { ...chosen, districtLgd: null, tehsilLgd: null };
    const homes = await this.homes.snapshot(tx);
    const districtLgd = input.districtLgd ?? (pin ? homes.primaryDistrictOf(pin) : null);
    const tehsilLgd = pin && districtLgd ? homes.tehsilOfPin(pin, districtLgd) : null;
    const found = homes.find({ pin, districtLgd }, told);
    const home = 'rejected' in found || !found.candidates.length ? chosen : found;
    return { territoryId: home.territoryId, path: home.path, waiting: home.waiting, districtLgd, tehsilLgd };
  }
}

/** What is wrong by itself, without a look at anybody else. */
function plainProblems(input: NewSympathiser, who: ReadPoints & { name: string }): FieldProblem[] {
  const problems = problemsOfFields({ ...input, name: who.name });
  const wrong = (field: string, key: string) => problems.push({ field, key: `sympathisers.problem.${key}` });
  if (!who.problems.length && !who.phones.length && !who.emails.length && !who.identities.length)
    wrong('phones', 'no_point');
  if (input.consent && !input.consent.purposes.length) wrong('purposes', 'no_purpose');
  return problems;
}

/** Who brings what is stopped has agreed themselves; it stays stopped until they prove it (`ComeBackService`). */
const agreedAnew = (input: NewSympathiser): boolean => Boolean(input.agreedAnew && input.consent?.purposes.length);
