import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { withApplication } from '../../cli/with-application.js';
import { CommandFailure } from '../../platform/cli/command-failure.js';
import { ReplyReader } from './reply-reader.service.js';

/** sysexits.h: a mail server that pipes a message to us tries again later. */
const TRY_AGAIN = 75;
/** Nobody's reply is larger. */
const LARGEST = 25 * 1024 * 1024;

export function registerReplyCommands(program: Command): void {
  program
    .command('reply')
    .description('reads one reply to a mail of ours: a stop takes effect at once, what is unsure waits for a look')
    .argument('[file]', 'the message (RFC 5322); standard input without one, as a pipe transport gives it')
    .option('--to <address>', 'the address of the envelope that it came to')
    .action(async (file: string | undefined, { to }: { to?: string }) => {
      const raw = await messageOf(file);
      if (!raw.length) throw new CommandFailure('There is no message.', 2);
      if (raw.length > LARGEST) throw new CommandFailure('The message is larger than 25 MB.', 2);
      try {
        await withApplication('reply', async ({ app, actor }) => {
          console.log(JSON.stringify(await app.get(ReplyReader).read(actor, raw, to)));
        });
      } catch (error) {
        throw new CommandFailure(error instanceof Error ? error.message : String(error), TRY_AGAIN);
      }
    });
}

async function messageOf(file: string | undefined): Promise<Buffer> {
  if (!file || file === '-') return buffer(process.stdin);
  return readFile(file).catch(() => {
    throw new CommandFailure(`${file}: there is no such file`, 2);
  });
}
