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
import { ErasePerson, FinishErasures } from './erasure-jobs.js';
import { TRACES } from './register-erasure.service.js';
import { together, type Traces } from './traces.js';

/** Whose traces are looked for in one go. */
const AT_ONCE = 200;
const FEW = 3;

interface Open {
  id: string;
  traces: Buffer | null;
  looked_at: Date | null;
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

  /** Has the rest done in a moment, for everybody who is erased until then. */
  async soon(actor: SystemActor): Promise<void> {
    await this.work.run(await this.everywhere(actor), (tx) =>
      tx.enqueue(FinishErasures, {}, { key: FinishErasures.task }),
    );
  }

  /** Everybody's whose rest is open, some hundreds at a time. @returns how many are done */
  async finishAll(actor: SystemActor): Promise<number> {
    let done = 0;
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const ids = await this.work.run(actor, (tx) =>
        tx.query<{ id: string }>(
          `SELECT id FROM erasures WHERE state = 'erased' AND done_at IS NULL AND id > $1 ORDER BY id LIMIT ${AT_ONCE}`,
          [after],
        ),
      );
      if (!ids.length) return done;
      after = ids.at(-1)!.id;
      if (
        await this.finish(
          actor,
          ids.map(({ id }) => id),
        )
      )
        done += ids.length;
    }
  }

  /** Goes on where it was. @returns whether nothing is left to do for them */
  async finish(actor: SystemActor, personIds: readonly string[]): Promise<boolean> {
    const open = await this.work.run(actor, (tx) =>
      tx.query<Open>(
        `SELECT id, traces, looked_at, watched FROM erasures WHERE id = ANY ($1) AND state = 'erased' AND done_at IS NULL`,
        [personIds],
      ),
    );
    if (!open.length) return true;
    // Without them (the secret key was changed) nothing can be looked for any more; what is in files ends by its own clock.
    const traces = open.flatMap(({ id, traces: sealed }) => {
      const text = sealed && this.box.open(TRACES, id, sealed);
      return text ? [JSON.parse(text) as Traces] : [];
    });
    // What nobody has read yet is gone through byte by byte: the first time, and not for hundreds. It is looked at when it is read.
    const unread = open.length <= FEW && open.some((one) => !one.looked_at);
    const ended = traces.length ? await this.files(actor, together(traces), unread) : true;
    return this.work.run(actor, async (tx) => {
      const inHand = await tx.query<{ id: string }>('SELECT gate.files_in_hand() AS id');
      const still = new Set(inHand.map(({ id }) => id));
      const watched = open.map((one) => ({ id: one.id, left: one.watched.filter((id) => still.has(id)) }));
      const done = watched.filter(({ left }) => ended && !left.length).map(({ id }) => id);
      await tx.execute(
        `UPDATE erasures e SET looked_at = now(), watched = ARRAY(SELECT w FROM unnest(e.watched) w WHERE w = ANY ($2)),
                traces = CASE WHEN e.id = ANY ($3) THEN NULL ELSE e.traces END,
                done_at = CASE WHEN e.id = ANY ($3) THEN now() END
          WHERE e.id = ANY ($1)`,
        [open.map(({ id }) => id), [...still], done],
      );
      return done.length === open.length;
    });
  }

  /** Erasures that a crash left undone; each is taken up by its own job. @returns how many */
  resume(actor: SystemActor): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const open = await tx.query<{ id: string }>(
        `SELECT id FROM erasures WHERE done_at IS NULL AND state = 'asked' AND asked_at < now() - interval '10 minutes'
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
  private async files(actor: SystemActor, traces: Traces, unread: boolean): Promise<boolean> {
    const everywhere = await this.everywhere(actor);
    const things = traces.things;
    const found = await this.work.run(everywhere, async (tx) => {
      await tx.query('SELECT gate.forget_rejects($1, $2)', [traces.needles, traces.digits]);
      return tx.query<{ file: 'import' | 'export'; id: string; state: string }>(
        'SELECT * FROM gate.files_with($1, $2, $3, $4, $5, $6)',
        [
          things.map(({ kind }) => kind),
          things.map(({ value }) => value),
          things.flatMap(({ kind, value }) => this.hashes.all(kind, value)),
          traces.points,
          traces.records,
          unread,
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

  private async everywhere(actor: SystemActor): Promise<SystemActor> {
    return { ...actor, scope: await this.root.scope() };
  }
}

function unlessConflict(error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
}
