import type { Command } from 'commander';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withApplication, type CommandContext } from '../../cli/with-application.js';
import { CommandFailure } from '../../platform/cli/command-failure.js';
import { ProgressBar } from '../../platform/cli/progress-bar.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { StandIn } from '../../platform/jobs/stand-in.js';
import { Words } from '../../platform/i18n/words.js';
import { TerritoriesQueries } from '../../territories/territories.queries.js';
import { ImportBatch, type ReasonCount } from './import-batch.entity.js';
import { MergeImport, mergeKey, ReadImport, readKey } from './import-jobs.js';
import { ImportMerger } from './import-merger.service.js';
import { ImportReader } from './import-reader.service.js';
import { ImportsService } from './imports.service.js';
import { rejectionKey } from './problem.js';
import { Rejects } from './rejects.service.js';

interface Options {
  territory: string;
  source: string;
  yes?: boolean;
  json?: boolean;
  rejects?: string;
  agreedOn?: string;
  originals?: string;
}

export function registerImportCommands(program: Command): void {
  program
    .command('import')
    .description('takes a list of people into the register')
    .argument('<file>', 'CSV (comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252) or XLSX')
    .requiredOption('--territory <code>', 'the territory the people belong to, or lie below')
    .requiredOption('--source <text>', 'where the file comes from, in words')
    .option('--agreed-on <day>', 'declares that who says yes in the file agreed, on this day (2026-11-24) or before')
    .option('--originals <text>', 'where the papers or mails with their consent are')
    .option('--yes', 'goes ahead without asking')
    .option('--json', 'prints {"id", "rows", "created", "changed", "same", "rejected", "warnings"}')
    .option('--rejects <file>', 'writes the rejected rows into a file')
    .action(async (file: string, options: Options) => {
      const found = await stat(file).catch(() => null);
      if (!found) throw new CommandFailure(`${file}: there is no such file`, 2);
      if (!found.isFile()) throw new CommandFailure(`${file}: this is not a file`, 2);
      if (!found.size) throw new CommandFailure(`${file}: the file is empty`);
      if (!options.agreedOn !== !options.originals)
        throw new CommandFailure(
          '--agreed-on and --originals go together: who agreed when, and where that can be seen.',
          2,
        );
      if (options.agreedOn && !/^\d{4}-\d\d-\d\d$/.test(options.agreedOn))
        throw new CommandFailure('--agreed-on: a day, like 2026-11-24', 2);
      if (!options.yes && !process.stdin.isTTY)
        throw new CommandFailure('There is nobody to ask here: give --yes to import without asking.', 2);
      await withApplication('import', (context) => run(context, file, options));
    });
}

async function run({ app, actor }: CommandContext, file: string, options: Options): Promise<void> {
  const imports = app.get(ImportsService);
  const startedAt = performance.now();
  const territory = await territoryOf(app, actor, options.territory);
  const about = () => Promise.resolve({ fileName: basename(file), territory, source: options.source });
  const batch = await imports.upload(actor, createReadStream(file, { highWaterMark: 1024 * 1024 }), about, 'here');
  if (batch.state !== 'reading') {
    await imports.cancel(actor, batch.id);
    const columns = batch.mapping.columns.map((column) => `"${column}"`).join(', ');
    throw new CommandFailure(
      `${file}: needs a column of names and one of phones, mails or handles. Its columns are ${columns}; name them so in the file, or import it by the page, where columns can be assigned.`,
    );
  }
  const bar = new ProgressBar();
  try {
    const standIn = app.get(StandIn);
    const of = { importId: batch.id };
    await standIn.whileDoing(actor, ReadImport, of, readKey(batch.id), () =>
      app.get(ImportReader).read(actor, batch.id, bar.show),
    );
    const preview = await load(app, actor, batch.id);
    if (preview.state !== 'previewed')
      throw new CommandFailure(
        `${file}: ${app.get(Words).say('en', preview.problem ?? 'imports.problem.unreadable', { row: preview.problemRow ?? 0, font: '' })}`,
      );
    if (!options.yes) {
      bar.stop();
      if (!(await agreed(app.get(Words), preview))) {
        await imports.cancel(actor, batch.id);
        throw new CommandFailure('Nothing was imported.');
      }
    }
    const { agreedOn, originals } = options;
    await standIn.whileDoing(actor, MergeImport, of, mergeKey(batch.id), async () => {
      await imports.confirm(actor, batch.id, 'here', agreedOn && originals ? { agreedOn, originals } : undefined);
      await app.get(ImportMerger).merge(actor, batch.id, { onProgress: bar.show, fresh: options.yes });
    });
  } finally {
    bar.stop();
  }
  const done = await load(app, actor, batch.id);
  if (options.rejects) {
    const { text } = await app.get(Rejects).file(actor, batch.id, 'en');
    await pipeline(Readable.from(text), createWriteStream(options.rejects, { mode: 0o600 }));
  }
  const { id, rows, created, changed, same, rejected, warnings } = done;
  if (options.json) console.log(JSON.stringify({ id, rows, created, changed, same, rejected, warnings }));
  else {
    console.log(sentences(app.get(Words), done).join('\n'));
    console.log(`Done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  }
}

async function territoryOf(app: CommandContext['app'], actor: CommandContext['actor'], code: string) {
  try {
    return await app.get(UnitOfWork).run(actor, (tx) => app.get(TerritoriesQueries).find(tx, code));
  } catch (error) {
    if (error instanceof NotFound) throw new CommandFailure(`--territory: there is no territory "${code}"`, 2);
    throw error;
  }
}

const load = (app: CommandContext['app'], actor: CommandContext['actor'], id: string) =>
  app.get(UnitOfWork).run(actor, (tx) => tx.findOrFail(ImportBatch, { id }));

function sentences(words: Words, batch: ImportBatch): string[] {
  const { rows, created, changed, same, rejected, warnings } = batch;
  const reasons = (list: ReasonCount[] = [], key = (code: string) => `import.problem.${code}`) =>
    list.map(({ code, rows: n }) => `  ${String(n).padStart(7)}  ${words.say('en', key(code))}`);
  return [
    words.say('en', 'imports.counts', { rows, created, known: changed + same, rejected }),
    ...reasons(batch.counts.rejected, rejectionKey),
    ...(warnings ? [words.say('en', 'imports.warnings', { n: warnings }), ...reasons(batch.counts.warnings)] : []),
    ...(batch.counts.refusing?.rows
      ? [words.say('en', `imports.refusing${batch.confirmedAt ? '.done' : ''}`, { ...batch.counts.refusing })]
      : []),
    ...(batch.counts.waiting ? [words.say('en', 'imports.waiting', { n: batch.counts.waiting })] : []),
  ];
}

async function agreed(words: Words, batch: ImportBatch): Promise<boolean> {
  console.error(sentences(words, batch).join('\n'));
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await ask.question('Import them? [y/N] ')).trim());
  } finally {
    ask.close();
  }
}
