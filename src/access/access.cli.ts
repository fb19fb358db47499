import type { Command } from 'commander';
import { text } from 'node:stream/consumers';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { withApplication } from '../cli/with-application.js';
import { SecondFactorService } from './second-factor/second-factor.service.js';
import { UsersService } from './users.service.js';
import { isUuid } from '../platform/database/id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { TokensQueries, type TokenRow } from './tokens/tokens.queries.js';
import { TokensService } from './tokens/tokens.service.js';

export function registerAccessCommands(program: Command): void {
  program
    .command('create-admin')
    .description('makes a state admin on the root territory, or gives an existing user that grant and a new password')
    .requiredOption('--email <email>', 'e-mail to sign in with')
    .option('--name <name>', 'full name', 'Administrator')
    .requiredOption('--password-stdin', 'reads the password from standard input')
    .action(async (options: { email: string; name: string }) => {
      const password = (await text(process.stdin)).replace(/\r?\n$/, '');
      if (!password) throw new CommandFailure('--password-stdin: standard input was empty', 2);
      await withApplication('create-admin', async ({ app, actor }) => {
        await app.get(UsersService).createAdmin(actor, { email: options.email, fullName: options.name, password });
        console.log(`State admin: ${options.email}`);
      });
    });

  const token = program.command('token').description('tokens for programs');

  token
    .command('create')
    .description("makes a bearer token that acts within a user's grant")
    .requiredOption('--user <email>', "the user's e-mail or phone")
    .option('--grant <id>', 'the grant; needed where the user has several')
    .option(
      '--permissions <list>',
      'what it may do, e.g. event.read,attendance.read; all that the grant allows without',
    )
    .option('--name <name>', 'what it is for', 'command line')
    .option('--days <n>', 'ends after so many days', '365')
    .option('--json', 'prints {"token": …}')
    .action(
      async (options: {
        user: string;
        grant?: string;
        permissions?: string;
        name: string;
        days: string;
        json?: boolean;
      }) => {
        const days = Number(options.days);
        if (!Number.isInteger(days) || days < 1 || days > 3650)
          throw new CommandFailure('--days: must be a whole number from 1 to 3650', 2);
        const permissions = options.permissions?.split(/[\s,]+/).filter(Boolean) ?? null;
        await withApplication('token', async ({ app, actor }) => {
          const made = await app
            .get(TokensService)
            .makeFor(actor, { login: options.user, grantId: options.grant, permissions, name: options.name, days });
          console.log(options.json ? JSON.stringify({ token: made.token }) : made.token);
        });
      },
    );

  token
    .command('list')
    .description("a user's tokens, newest first; a token itself is shown only when it is made")
    .requiredOption('--user <email>', "the user's e-mail or phone")
    .option('--json', 'prints them as JSON')
    .action(async (options: { user: string; json?: boolean }) => {
      await withApplication('token', async ({ app, actor }) => {
        const userId = await app.get(UnitOfWork).run(actor, (tx) => app.get(TokensService).userIdOf(tx, options.user));
        const { items } = await app.get(TokensQueries).list(actor, userId, { limit: 200 });
        if (options.json) return console.log(JSON.stringify(items));
        for (const one of items) console.log(lineOf(one));
      });
    });

  token
    .command('end <id>')
    .description('ends a token, from its next request on')
    .action(async (id: string) => {
      if (!isUuid(id)) throw new CommandFailure('<id>: must be the id of a token, as `token list` shows it', 2);
      await withApplication('token', async ({ app, actor }) => {
        await app.get(TokensService).end(actor, id);
        console.log(`Ended: ${id}`);
      });
    });

  program
    .command('second-factor')
    .description("users' second factors")
    .command('reset')
    .description('takes all second factors from a user, who sets up a new one at the next sign-in; signs them out')
    .requiredOption('--user <email>', "the user's e-mail or phone")
    .action(async (options: { user: string }) => {
      await withApplication('second-factor', async ({ app, actor }) => {
        await app.get(SecondFactorService).resetByLogin(actor, options.user);
        console.log(`Second factor reset: ${options.user}`);
      });
    });
}

const day = (at: Date | null) => at?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never';

function lineOf(token: TokenRow): string {
  const used = `${day(token.lastUsedAt)}${token.lastUsedFrom ? ` from ${token.lastUsedFrom}` : ''}`;
  const may = token.permissions?.join(',') ?? 'all';
  return `${token.id}  ${token.state}  ${token.name}  ${token.role.code}, ${token.territory.name_en}  ${may}  ends ${day(token.expiresAt)}  used ${used}`;
}
