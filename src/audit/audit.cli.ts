import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { withApplication } from '../cli/with-application.js';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { ProgressBar } from '../platform/cli/progress-bar.js';
import type { ChainPoint } from './chain.js';
import { headFile } from './heads.service.js';
import { SealingService } from './sealing.service.js';
import { VerifyingService, type Broken, type Verified } from './verifying.service.js';

export function registerAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit trail: prove that nothing in it was changed');

  audit
    .command('verify')
    .description('computes the chain over all entries again, and names the first one that is not as it was sealed')
    .option(
      '--against <head>',
      'a head noted earlier, or a file of them (lines "date number hash"), to be found in it; AUDIT_HEAD_FILE where left out',
    )
    .option('--json', 'prints {"entries", "dropped", "head", "unsealed", "broken"}')
    .action(async (options: { against?: string; json?: boolean }) => {
      const given = options.against ? await readHeads(options.against) : null;
      await withApplication('audit', async ({ app, actor, config }) => {
        const own = headFile(config);
        const noted = given ?? (own && existsSync(own) ? await readHeads(own) : []);
        const bar = new ProgressBar();
        const found = await app
          .get(VerifyingService)
          .verify(actor, { noted, progress: (done, total) => bar.show('verifying', done, total) })
          .finally(() => bar.stop());
        console.log(options.json ? JSON.stringify(found) : inWords(found, noted.length));
        if (found.broken) process.exitCode = 1;
      });
    });

  audit
    .command('head')
    .description("prints the chain's head, to be noted where nobody of the database can write")
    .action(async () => {
      await withApplication('audit', async ({ app, actor }) => {
        const { seq, hash } = await app.get(SealingService).head(actor);
        console.log(`${new Date().toISOString().slice(0, 10)} ${seq} ${hash}`);
      });
    });

  audit
    .command('seal')
    .description('seals all entries that have no seal yet, as the worker does every minute')
    .action(async () => {
      await withApplication('audit', async ({ app, actor }) => {
        const bar = new ProgressBar();
        const sealed = await app
          .get(SealingService)
          .seal(actor, { since: 'ever', progress: (done, total) => bar.show('sealing', done, total) })
          .finally(() => bar.stop());
        console.log(`${counted(sealed)} sealed.`);
      });
    });
}

/** @throws CommandFailure for a text that is neither a hash nor a file of heads */
async function readHeads(against: string): Promise<ChainPoint[]> {
  if (/^[0-9a-f]{64}$/i.test(against)) return [{ seq: 0, hash: against.toLowerCase() }];
  const text = await readFile(against, 'utf8').catch(() => {
    throw new CommandFailure(`--against: "${against}" is neither a hash of 64 letters nor a file that can be read`, 2);
  });
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  if (!lines.length) throw new CommandFailure(`--against: ${against} is empty`, 2);
  return lines.map((line, index) => {
    const [, seq, hash] = /^\S+\s+(\d+)\s+([0-9a-f]{64})\s*$/i.exec(line) ?? [];
    if (!hash) throw new CommandFailure(`--against: ${against}, line ${index + 1}: should be "date number hash"`, 2);
    return { seq: Number(seq), hash: hash.toLowerCase() };
  });
}

function inWords({ entries, dropped, head, unsealed, broken }: Verified, noted: number): string {
  const lines = [
    broken
      ? `BROKEN: ${saying(broken)}. Before it, ${counted(entries + dropped)} as sealed.`
      : `${counted(entries)} verified, head ${head.seq} ${head.hash}`,
  ];
  if (dropped) lines.push(`${dropped} more lay in months that were dropped in due time; their digests agree.`);
  if (unsealed.n) lines.push(`${counted(unsealed.n)} since ${unsealed.since!.toISOString()} not sealed yet.`);
  if (noted && !broken)
    lines.push(
      noted === 1 ? 'The noted head is part of the chain.' : `All ${noted} noted heads are part of the chain.`,
    );
  return lines.join('\n');
}

const counted = (n: number) => `${n} ${n === 1 ? 'entry' : 'entries'}`;

function saying({ what, seq, id, at, month }: Broken): string {
  const entry = `entry ${id} of ${at} (no. ${seq})`;
  switch (what) {
    case 'entry_changed':
      return `${entry} was changed`;
    case 'entry_missing':
      return `${entry} is missing`;
    case 'values_changed':
      return `the values of ${entry} were changed`;
    case 'link_changed':
      return `the seal of ${entry} does not follow from the one before: it was changed, or put in another place`;
    case 'link_missing':
      return `the seal no. ${seq} is missing`;
    case 'month_unsigned':
      return `what is left of the dropped month ${month!.slice(0, 7)} was not signed by this installation`;
    case 'head_unsigned':
      return `the head (no. ${seq}) was not signed by this installation`;
    case 'end_missing':
      return `the chain breaks off: no. ${seq} is missing, or is not what the head says`;
    case 'head_unknown':
      return seq ? `no. ${seq}, as it was noted, is not part of the chain` : 'the noted head is not part of the chain';
  }
}
