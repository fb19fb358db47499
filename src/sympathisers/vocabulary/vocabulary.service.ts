import { Injectable } from '@nestjs/common';
import { scopeOfActor, type Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid, type FieldProblem } from '../../platform/errors.js';
import { KEY_LENGTH } from '../../territories/path.js';
import { PlatformCatalogue } from './platform-catalogue.service.js';
import { PlatformRecord } from './platform.entity.js';
import { Skill } from './skill.entity.js';
import type { NewSkillBody, PlatformBody } from './vocabulary.dto.js';

/** The bits of a bigint that isn't negative end here; those of phone and mail come first. */
const LAST_BIT = 62;

/** The organisation's words for where people are and what they offer: platforms and skills, as data. */
@Injectable()
export class VocabularyService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly catalogue: PlatformCatalogue,
  ) {}

  /** Those that came with the program and those of one's own, in their order. */
  platforms(actor: Actor): Promise<PlatformRecord[]> {
    return this.work.run(actor, (tx) => tx.findAll(PlatformRecord, { order: { position: 'ASC', code: 'ASC' } }));
  }

  /** @throws NotFound */
  platform(actor: Actor, code: string): Promise<PlatformRecord> {
    return this.work.run(actor, (tx) => tx.findOrFail(PlatformRecord, { code }));
  }

  /** @throws Conflict where the code is taken, Invalid by field, Forbidden for somebody of a part of the organisation */
  async addPlatform(actor: Actor, code: string, body: PlatformBody): Promise<void> {
    mustHaveTheWhole(actor);
    const row = read(body);
    await this.work.run(actor, async (tx) => {
      if (['phone', 'email', 'none'].includes(code) || (await tx.find(PlatformRecord, { code })))
        throw new Conflict('platforms.code_taken');
      const last = await tx.one<{ n: number; bit: number }>(
        'SELECT coalesce(max(position), 0)::int AS n, max(bit) AS bit FROM platforms',
      );
      // Each has a bit of its own in what is kept on people.
      if (last!.bit >= LAST_BIT) throw new Conflict('platforms.problem.too_many');
      await mustBeOwnHosts(tx, code, row.hosts);
      await tx.insert(PlatformRecord, { code, position: last!.n + 1, ...row });
      tx.audit('platform.added', { subject: 'platform', facts: { platform: code, is: row } });
    });
    await this.catalogue.refresh();
  }

  /** @throws NotFound, Invalid by field, Forbidden for somebody of a part of the organisation */
  async changePlatform(actor: Actor, code: string, body: PlatformBody): Promise<void> {
    mustHaveTheWhole(actor);
    const row = read(body);
    await this.work.run(actor, async (tx) => {
      await tx.findOrFail(PlatformRecord, { code });
      await mustBeOwnHosts(tx, code, row.hosts);
      const platform = await tx.lock(PlatformRecord, { code });
      const { code: _, position: __, ...was } = platform;
      await tx.save(Object.assign(platform, row));
      tx.audit('platform.changed', { subject: 'platform', facts: { platform: code, was, is: row } });
    });
    await this.catalogue.refresh();
  }

  /** Ended ones too, the last of all. */
  skills(actor: Actor): Promise<Skill[]> {
    return this.work.run(actor, async (tx) =>
      (await tx.findAll(Skill, { order: { nameEn: 'ASC' } })).sort((a, b) => Number(!!a.endedAt) - Number(!!b.endedAt)),
    );
  }

  /** @throws Conflict where the code is taken */
  addSkill(actor: Actor, { code, nameEn, nameHi }: NewSkillBody): Promise<void> {
    mustHaveTheWhole(actor);
    return this.work.run(actor, async (tx) => {
      if (await tx.find(Skill, { code })) throw new Conflict('skills.code_taken');
      await tx.insert(Skill, { code, nameEn, nameHi });
      tx.audit('skill.added', { subject: 'skill', facts: { skill: code, nameEn, nameHi } });
    });
  }

  /** Offered for choice no more, or again. @throws NotFound */
  turnSkill(actor: Actor, code: string): Promise<{ ended: boolean }> {
    mustHaveTheWhole(actor);
    return this.work.run(actor, async (tx) => {
      await tx.findOrFail(Skill, { code });
      const skill = await tx.lock(Skill, { code });
      skill.endedAt = skill.endedAt ? null : new Date();
      await tx.save(skill);
      tx.audit(skill.endedAt ? 'skill.ended' : 'skill.reopened', { subject: 'skill', facts: { skill: code } });
      return { ended: skill.endedAt !== null };
    });
  }
}

/** @throws Forbidden for somebody of a part of the organisation; the row policies say the same */
function mustHaveTheWhole(actor: Actor): void {
  const scope = scopeOfActor(actor);
  if (!scope || scope.from.length > KEY_LENGTH) throw new Forbidden('platforms.whole_organisation');
}

/** A link belongs to one platform. @throws Invalid `hosts` */
async function mustBeOwnHosts(tx: Transaction, code: string, hosts: string[]): Promise<void> {
  const other = await tx.one<{ name: string }>(
    'SELECT code AS name FROM platforms WHERE hosts && $1::text[] AND code <> $2',
    [hosts, code],
  );
  if (other) throw Invalid.field('hosts', 'platforms.problem.host_taken', { platform: other.name });
}

/** @throws Invalid by field, for forms that could lead to nobody */
function read(body: PlatformBody) {
  const problems: FieldProblem[] = [];
  const wrong = (field: string, key: string) => problems.push({ field, key: `platforms.problem.${key}` });
  const { hosts = [], paths = [], handleMin = null, handleMax = null } = body;
  if (paths.some((form) => !FORM.test(form))) wrong('paths', 'path');
  if (hosts.some((host) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host))) wrong('hosts', 'host');
  if (!/\{(handle|number)\}/.test(body.profileLink)) wrong('profileLink', 'link');
  if (body.chatLink && !/\{(handle|number)\}/.test(body.chatLink)) wrong('chatLink', 'link');
  if (body.idLink && !body.idLink.includes('{id}')) wrong('idLink', 'id_link');
  if (handleMin !== null && handleMax !== null && handleMin > handleMax) wrong('handleMax', 'lengths');
  if (problems.length) throw new Invalid(problems);
  return {
    nameEn: body.nameEn,
    nameHi: body.nameHi,
    aliases: body.aliases ?? [],
    hosts: hosts.map((host) => host.toLowerCase()),
    paths,
    reserved: (body.reserved ?? []).map((word) => word.toLowerCase()),
    // A length alone is a rule, too: letters and digits, and no other sign.
    handleSigns: body.handleSigns ?? (handleMin !== null || handleMax !== null ? '' : null),
    handleMin,
    handleMax,
    handleAnyScript: body.handleAnyScript ?? false,
    profileLink: body.profileLink,
    idLink: body.idLink ?? null,
    chatLink: body.chatLink ?? null,
  };
}

/** Segments of plain signs, `*`, or a text that ends in one placeholder. */
const FORM = /^(?=.*\{(?:handle|id|number)\})(?:\/(?:\*|[^/{}*\s]*(?:\{(?:handle|id|number)\})?))+(?:\/\*\*)?$/;
