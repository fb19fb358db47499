import type { Command } from 'commander';
import { withApplication } from '../../cli/with-application.js';
import { NAME_KEY_VERSION } from '../name-key.js';
import { RekeyingService } from './rekeying.service.js';

export function registerNameCommands(program: Command): void {
  program
    .command('names')
    .description('the keys by which names are compared')
    .command('rekey')
    .description('makes the keys of all names anew, in slices; needed after the rules have changed, safe to run again')
    .option('--json', 'prints {"people", "changed", "version"}')
    .action(async (options: { json?: boolean }) => {
      await withApplication('names', async ({ app, actor }) => {
        const done = await app.get(RekeyingService, { strict: false }).rekey(actor);
        console.log(
          options.json
            ? JSON.stringify({ ...done, version: NAME_KEY_VERSION })
            : `Names: ${done.changed} of ${done.people} keys made anew.`,
        );
      });
    });
}
