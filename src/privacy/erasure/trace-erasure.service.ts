import { Inject, Injectable } from '@nestjs/common';
import { Conflict } from '../../platform/errors.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Mailbox } from '../../platform/mail/mailbox.js';
import { KeyedHashes } from '../../platform/security/keyed-hashes.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import { ExportsService } from '../../sympathisers/exports/exports.service.js';
import { ImportsService } from '../../sympathisers/import/imports.service.js';
import { ErasePerson } from './erasure-jobs.js';
import { TRACES } from './register-erasure.service.js';
import type { Traces } from './traces.js';

const LOOK_AGAIN_MS = 5 * 60_000;

interface Open {
  path: string;
  traces: Buffer | null;
  watched: string[];
}

/** The rest of an erasure: files on their way in or out, refused rows, letters of the development mailbox. */
@Injectable()
export class TraceErasure {
  constructor(
    private readonly work: UnitOfWork,
    private readonly root: RootScope,
    private readonly imports: ImportsService,
    private readonly exports: ExportsService,
    private readonly hashes: KeyedHashes,
    private readonly box: SecretBox,
    @Inject(Mailbox) private readonly mailbox: Mailbox | null,
  ) {}

  /** Goes on where it was. @returns whether nothing is left to do */
  async finish(actor: SystemActor, personId: string): Promise<boolean> {
    const open = await this.work.run(actor, (tx) =>
      tx.one<Open>(
        `SELECT path, traces, watched FROM erasures WHERE id = $1 AND state = 'erased' AND done_at IS NULL`,
        [personId],
      ),
    );
    if (!open) return true;
    const text = open.traces && this.box.open(TRACES, personId, open.traces);
    // Without them (the secret key was changed) nothing can be looked for any more; what is in files ends by its own clock.
    const ended = text ? await this.files(actor, JSON.parse(text) as Traces) : true;
    return this.work.run(actor, async (tx) => {
      const left = await tx.query<{ id: string }>('SELECT id FROM gate.files_in_hand() AS f (id) WHERE id = ANY ($1)', [
        open.watched,
      ]);
      const done = ended && !left.length;
      await tx.execute(
        `UPDATE erasures SET watched = $2, traces = CASE WHEN $3 THEN NULL ELSE traces END,
                done_at = CASE WHEN $3 THEN now() END
          WHERE id = $1`,
        [personId, left.map(({ id }) => id), done],
      );
      if (!done)
        await tx.enqueue(
          ErasePerson,
          { personId },
          { key: `privacy.erase:${personId}`, runAt: new Date(Date.now() + LOOK_AGAIN_MS) },
        );
      return done;
    });
  }

  /** Erasures that a crash or a full disk left open; each is taken up by its own job. @returns how many */
  resume(actor: SystemActor): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const open = await tx.query<{ id: string }>(
        `SELECT id FROM erasures WHERE done_at IS NULL AND state IN ('asked', 'erased') AND asked_at < now() - interval '10 minutes'
          ORDER BY asked_at, id LIMIT 1000`,
      );
      for (const { id } of open) await tx.enqueue(ErasePerson, { personId: id }, { key: `privacy.erase:${id}` });
      return open.length;
    });
  }

  /**
   * What the database itself remembers of columns, for its plans: of the register after somebody was erased, of the staging of
   * imports always. @returns whether somebody was
   */
  forgetSamples(actor: SystemActor): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const recent = await tx.one(`SELECT 1 FROM erasures WHERE erased_at > now() - interval '2 days' LIMIT 1`);
      await tx.query('SELECT analyze_after_erasure($1)', [recent !== null]);
      return recent !== null;
    });
  }

  /** Beyond the territory of whoever asked: an old list may lie anywhere. @returns false while something still has to end */
  private async files(actor: SystemActor, traces: Traces): Promise<boolean> {
    const everywhere: SystemActor = { ...actor, scope: await this.root.scope() };
    const things = traces.things;
    const found = await this.work.run(everywhere, async (tx) => {
      await tx.query('SELECT gate.forget_rejects($1, $2)', [traces.needles, traces.digits]);
      return tx.query<{ file: 'import' | 'export'; id: string; state: string }>(
        'SELECT * FROM gate.files_with($1, $2, $3, $4, $5)',
        [
          things.map(({ kind }) => kind),
          things.map(({ value }) => value),
          things.flatMap(({ kind, value }) => this.hashes.all(kind, value)),
          traces.points,
          traces.records,
        ],
      );
    });
    let ended = true;
    for (const { file, id } of found) {
      if (file === 'import') ended = (await this.imports.endWithSomebodyErased(everywhere, id)) && ended;
      // It may have ended by itself a moment ago.
      else await this.exports.end(everywhere, id).catch(unlessConflict);
    }
    for (const { kind, value } of things) if (kind === 'email') this.mailbox?.forget(value);
    return ended;
  }
}

function unlessConflict(error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
}
