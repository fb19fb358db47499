import { Injectable } from '@nestjs/common';
import type { Actor, SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { declareJob } from '../../platform/jobs/job.js';

export const MakeFigures = declareJob<Record<string, never>>('privacy.figures');

/**
 * Of everybody in the register the newest yes to being in it: how it came, under which notice, how long ago; `none` where there
 * is no such yes, or it was taken back on every channel. By the territory they are at home in.
 */
export const BASIS_FIGURES = `
  WITH newest AS (
    SELECT DISTINCT ON (c.person_id, c.channel) c.person_id, c.state, c.how, c.notice, c.at
      FROM consents c WHERE c.purpose = 'register' ORDER BY c.person_id, c.channel, c.at DESC, c.id DESC
  ), basis AS (
    SELECT DISTINCT ON (person_id) person_id, how, notice, at FROM newest WHERE state = 'given' ORDER BY person_id, at DESC
  ), people_now AS (
    SELECT p.path, coalesce(b.how, 'none') AS how, CASE WHEN b.person_id IS NOT NULL THEN coalesce(b.notice, 'unknown') END AS notice,
           CASE WHEN b.person_id IS NULL THEN NULL WHEN b.at > now() - interval '6 months' THEN 'half_year'
                WHEN b.at > now() - interval '1 year' THEN 'year' WHEN b.at > now() - interval '2 years' THEN 'two_years'
                ELSE 'older' END AS age
      FROM people p LEFT JOIN basis b ON b.person_id = p.id
     WHERE p.erased_at IS NULL AND p.merged_into IS NULL
  ), counted AS (
    SELECT path, how, notice, age, count(*)::int AS n FROM people_now GROUP BY 1, 2, 3, 4
  )
  SELECT path, 'basis' AS figure, how AS key, sum(n)::int AS n FROM counted GROUP BY path, how
  UNION ALL SELECT path, 'notice', notice, sum(n)::int FROM counted WHERE notice IS NOT NULL GROUP BY path, notice
  UNION ALL SELECT path, 'age', age, sum(n)::int FROM counted WHERE age IS NOT NULL GROUP BY path, age`;

/** What is too much to count while somebody waits: made each night, and when somebody asks for it. */
@Injectable()
export class FiguresService {
  constructor(private readonly work: UnitOfWork) {}

  /** Makes all figures of the actor's scope anew, in one transaction. Run twice it makes the same. */
  make(actor: SystemActor): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const { from, to } = actor.scope;
      await tx.execute('DELETE FROM privacy_figures WHERE path >= $1 AND path < $2', [from, to]);
      const n = await tx.execute(`INSERT INTO privacy_figures (path, figure, key, n, at) SELECT f.*, now() FROM (${BASIS_FIGURES}) f`); // prettier-ignore
      tx.audit('privacy.figures_made', { facts: { rows: n } });
    });
  }

  /** Asks for it now. */
  ask(actor: Actor): Promise<void> {
    return this.work.run(actor, async (tx) => {
      tx.audit('privacy.figures_asked', {});
      await tx.enqueue(MakeFigures, {}, { key: `privacy.figures:${'scope' in actor ? actor.scope?.from : ''}` });
    });
  }
}
