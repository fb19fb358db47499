import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { withApplication } from '../cli/with-application.js';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { ProgressBar } from '../platform/cli/progress-bar.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Words } from '../platform/i18n/words.js';
import { CoverageInput } from '../sympathisers/placement/coverage-input.js';
import { PlacementService } from '../sympathisers/placement/placement.service.js';
import { ShippedTree } from './shipped-tree.js';
import { TerritoriesService } from './territories.service.js';
import type { FileProblem } from './sheet.js';
import { readTerritoryFile, type KnownTerritory } from './territory-file.js';

interface LoadAnswer {
  rows: number;
  created: number;
  changed: number;
  same: number;
  rejected: number;
  placed: number;
}

export function registerTerritoryCommands(program: Command): void {
  const territories = program.command('territories').description('the tree of territories and what they cover');

  territories
    .command('load')
    .description(
      'loads the shipped tree, or a CSV of your own: parent_code, level, name_en, name_hi, and code, kind, lgd_code',
    )
    .argument('[file]', 'a CSV of mandals, wards or other territories; the shipped tree where left out')
    .option('--json', 'prints {"rows", "created", "changed", "same", "rejected", "placed"}')
    .action(async (file: string | undefined, options: { json?: boolean }) => {
      const bytes = file === undefined ? null : await readOrFail(file);
      await withApplication('territories', async ({ app, actor }) => {
        const bar = new ProgressBar();
        try {
          let rejected = 0;
          let problems: FileProblem[] = [];
          let result;
          if (bytes === null)
            result = await app.get(ShippedTree).load(actor, (done, total) => bar.show('loading', done, total));
          else {
            const read = readTerritoryFile(
              bytes,
              await app.get(UnitOfWork).run(actor, async (tx) => {
                const known = await tx.query<KnownTerritory & { root: boolean }>(
                  `SELECT t.code, t.level, p.code AS "parentCode", t.parent_id IS NULL AS root FROM territories t LEFT JOIN territories p ON p.id = t.parent_id`,
                );
                return { known, rootCode: known.find(({ root }) => root)!.code };
              }),
            );
            problems = read.problems;
            rejected = new Set(problems.filter(({ severity }) => severity === 'error').map(({ row }) => row)).size;
            if (problems.some(fatal)) {
              say(problems, app.get(Words));
              throw new CommandFailure(`${file}: nothing was loaded.`);
            }
            result = await app
              .get(TerritoriesService)
              .load(actor, read.rows, { progress: (done, total) => bar.show('loading', done, total) });
          }
          // New territories may be what people waited for.
          const placed = result.created
            ? (await app.get(PlacementService, { strict: false }).placeByCoverage(actor)).people
            : 0;
          bar.stop();
          say(problems, app.get(Words));
          const { created, changed, same } = result;
          const answer: LoadAnswer = {
            rows: created + changed + same + rejected,
            created,
            changed,
            same,
            rejected,
            placed,
          };
          console.log(options.json ? JSON.stringify(answer) : inWords(answer));
          if (rejected) process.exitCode = 1;
        } finally {
          bar.stop();
        }
      });
    });

  territories
    .command('cover')
    .description('adds what territories cover, and places the people who wait for it')
    .argument('<file>', 'a CSV: territory_code, kind (revenue_district, tehsil, block, urban_body or pin), value')
    .option('--dry-run', 'only tells what it would do')
    .option('--json', 'prints {"rows", "added", "same", "rejected", "placed"}')
    .action(async (file: string, options: { json?: boolean; dryRun?: boolean }) => {
      const bytes = await readOrFail(file);
      await withApplication('territories', async ({ app, actor }) => {
        const placement = app.get(PlacementService, { strict: false });
        const answer = await app.get(UnitOfWork).run(actor, async (tx) => {
          const { rows, problems } = await app.get(CoverageInput, { strict: false }).file(tx, bytes);
          const rejected = new Set(problems.filter(({ severity }) => severity === 'error').map(({ row }) => row)).size;
          if (problems.some(fatal)) return { rows: 0, added: 0, same: 0, rejected, placed: 0, problems };
          if (options.dryRun) {
            const plan = await placement.preview(actor, rows);
            return { rows: rows.length + rejected, added: 0, same: 0, rejected, placed: plan.people, problems };
          }
          const { added, placed } = await placement.cover(actor, rows);
          return {
            rows: rows.length + rejected,
            added: added.length,
            same: rows.length - added.length,
            rejected,
            placed: placed.people,
            problems,
          };
        });
        const { problems, ...figures } = answer;
        say(problems, app.get(Words));
        if (problems.some(fatal)) throw new CommandFailure(`${file}: nothing was loaded.`);
        const { added, same, placed, rejected } = figures;
        if (options.json) console.log(JSON.stringify(figures));
        else if (options.dryRun) console.log(`${placed} people who wait would be placed. Nothing was written.`);
        else
          console.log(
            `Coverage: ${added} rows added, ${same} were there already, ${rejected} can't be used. ${placed} people placed.`,
          );
        if (rejected) process.exitCode = 1;
      });
    });
}

/** Without a usable header nothing of the file can be read. */
const fatal = ({ code }: FileProblem) =>
  ['not_utf8', 'malformed_csv', 'empty_file', 'column_missing', 'column_twice'].includes(
    code.replace('territories.problem.', ''),
  );

async function readOrFail(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CommandFailure(`${file}: can't be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`, 2);
  }
}

function say(problems: FileProblem[], words: Words): void {
  for (const { row, field, code, severity, params } of problems)
    console.error(`${severity} row ${row}${field ? `, ${field}` : ''}: ${words.say('en', code, params)}`);
}

const inWords = ({ created, changed, same, rejected, placed }: LoadAnswer) =>
  [
    `Territories: ${created} new, ${changed} changed, ${same} as they were${rejected ? `, ${rejected} can't be used` : ''}.`,
    placed ? `${placed} people who waited were placed.` : '',
  ]
    .filter(Boolean)
    .join(' ');
