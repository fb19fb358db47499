import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Invalid, type FieldProblem } from '../../platform/errors.js';
import { instantOf, wallTimeOf } from '../../events/wall-time.js';
import { isUuid } from '../../platform/database/id.js';
import type { NewBreachBody } from './breach.dto.js';
import type { NewBreach } from './breaches.service.js';

const words = (text: string | undefined) => (text ?? '').split(/[,;\n]+/).map((word) => word.trim()).filter(Boolean); // prettier-ignore

/** Reads what a form says a case is about: times on the wall, users and territories as people name them. */
@Injectable()
export class BreachScope {
  constructor(private readonly config: Config) {}

  /** @throws Invalid by field, for whoever and whatever is not in sight, and where nothing is named */
  async read(tx: Transaction, body: NewBreachBody): Promise<NewBreach> {
    const problems: FieldProblem[] = [];
    const at = (field: 'aware' | 'from' | 'to') => {
      const read = instantOf(body[field], this.config.timeZone);
      if ('at' in read && read.at) return read.at;
      problems.push({ field, key: 'breach.problem.time' });
      return new Date(0);
    };
    const breach: NewBreach = {
      title: body.title,
      aware: at('aware'),
      from: at('from'),
      to: at('to'),
      actors: [...new Set([...(body.users ?? []), ...(await this.users(tx, words(body.who), problems))])],
      tokens: body.tokens ?? [],
      territories: await this.territories(tx, words(body.territories), problems),
      exports: body.exports ?? [],
      notice: body.notice,
    };
    await this.mustBeThere(tx, 'user_names', breach.actors, 'who', problems);
    await this.mustBeThere(tx, 'exports', breach.exports, 'exports', problems);
    if (
      !problems.length &&
      !breach.actors.length &&
      !breach.tokens.length &&
      !breach.territories.length &&
      !breach.exports.length
    )
      problems.push({ field: 'who', key: 'breach.problem.nobody' });
    if (problems.length) throw new Invalid(problems);
    return breach;
  }

  /** What a form begins with: somebody who was shown far too many, and the day before the notice. */
  async fromNotice(tx: Transaction, noticeId: string) {
    const notice = await tx.one<{ at: Date; user_id: string; name: string | null }>(
      `SELECT n.at, n.user_id, u.full_name AS name FROM notices n LEFT JOIN user_names u ON u.id = n.user_id WHERE n.id = $1`,
      [noticeId],
    );
    if (!notice) return null;
    const wall = (date: Date) => wallTimeOf(date, this.config.timeZone);
    return {
      notice: noticeId,
      name: notice.name,
      who: notice.user_id,
      aware: wall(notice.at),
      from: wall(new Date(notice.at.getTime() - 24 * 3_600_000)),
      to: wall(new Date(notice.at.getTime() + 60_000)),
    };
  }

  private async users(tx: Transaction, named: string[], problems: FieldProblem[]): Promise<string[]> {
    const found: string[] = [];
    for (const name of named) {
      if (isUuid(name)) found.push(name);
      else {
        const rows = await tx.query<{ id: string }>(
          `SELECT u.id FROM users u WHERE lower(u.email) = lower($1) OR u.phone = $1 OR u.full_name = $1 LIMIT 2`,
          [name],
        );
        if (rows.length === 1) found.push(rows[0]!.id);
        else
          problems.push({
            field: 'who',
            key: rows.length ? 'breach.problem.several' : 'breach.problem.no_user',
            params: { name },
          });
      }
    }
    return found;
  }

  private async territories(tx: Transaction, named: string[], problems: FieldProblem[]): Promise<string[]> {
    const found: string[] = [];
    for (const name of named) {
      const row = await tx.one<{ id: string }>(
        `SELECT id FROM territories WHERE ${isUuid(name) ? 'id' : 'code'} = $1`,
        [name],
      );
      if (row) found.push(row.id);
      else problems.push({ field: 'territories', key: 'access.no_such_territory' });
    }
    return found;
  }

  private async mustBeThere(
    tx: Transaction,
    table: 'user_names' | 'exports',
    ids: string[],
    field: string,
    problems: FieldProblem[],
  ) {
    const rows = await tx.query(`SELECT 1 FROM ${table} WHERE id = ANY ($1)`, [ids]);
    if (rows.length < new Set(ids).size)
      problems.push({ field, key: `breach.problem.no_${field === 'who' ? 'user' : 'file'}`, params: { name: '' } });
  }
}
