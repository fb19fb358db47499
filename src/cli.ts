#!/usr/bin/env node
import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { registerAccessCommands } from './access/access.cli.js';
import { registerAuditCommands } from './audit/audit.cli.js';
import { registerBackupCommands } from './cli/backup.cli.js';
import { registerDatabaseCommands } from './cli/database.cli.js';
import { registerSuppressionCommands } from './cli/suppression.cli.js';
import { registerDemoCommand } from './demo/demo.cli.js';
import { registerImportCommands } from './sympathisers/import/imports.cli.js';
import { registerReplyCommands } from './privacy/own-data/replies.cli.js';
import { registerNameCommands } from './sympathisers/search/names.cli.js';
import { CommandFailure } from './platform/cli/command-failure.js';
import { registerTerritoryCommands } from './territories/territories.cli.js';

const program = new Command('sampark')
  .description('Sampark: an outreach CRM for the IT department of a party organisation')
  .showHelpAfterError()
  .exitOverride();

registerDatabaseCommands(program);
registerBackupCommands(program);
registerSuppressionCommands(program);
registerDemoCommand(program);
registerAccessCommands(program);
registerImportCommands(program);
registerTerritoryCommands(program);
registerAuditCommands(program);
registerNameCommands(program);
registerReplyCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  // Commander has already said what is wrong with the call.
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    console.error(error instanceof Error ? error.message : String(error));
    // Whatever a failed start left open must not keep the process.
    process.exit(error instanceof CommandFailure ? error.exitCode : 1);
  }
}
