import type { Command } from 'commander';
import { text } from 'node:stream/consumers';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { withApplication } from '../cli/with-application.js';
import { SecondFactorService } from './second-factor/second-factor.service.js';
import { UsersService } from './users.service.js';
import { TokensService } from './tokens.service.js';

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

  program
    .command('token')
    .description('tokens for programs')
    .command('create')
    .description("makes a bearer token that acts within a user's grant")
    .requiredOption('--user <email>', "the user's e-mail or phone")
    .option('--grant <id>', 'the grant; needed where the user has several')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--days <n>', 'ends after so many days', '365')
    .option('--json', 'prints {"token": …}')
    .action(async (options: { user: string; grant?: string; name: string; days: string; json?: boolean }) => {
      const days = Number(options.days);
      if (!Number.isInteger(days) || days < 1 || days > 3650)
        throw new CommandFailure('--days: must be a whole number from 1 to 3650', 2);
      await withApplication('token', async ({ app, actor }) => {
        const token = await app
          .get(TokensService)
          .makeFor(actor, { login: options.user, grantId: options.grant, name: options.name, days });
        console.log(options.json ? JSON.stringify({ token }) : token);
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
