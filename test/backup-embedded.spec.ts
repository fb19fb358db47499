import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { joinEmbeddedServer } from '../src/platform/database/embedded-postgres.js';
import { Program } from './support/program.js';

jest.setTimeout(240_000);

const KEY = 'a passphrase for these tests';

/** The commands as they are typed, on the embedded database, whose package has no pg_dump. */
describe('a backup of the embedded database', () => {
  let folder: string;
  let from: string;
  let to: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sampark-embedded-backup-'));
    [from, to, file] = ['from', 'to', 'sampark.backup'].map((name) => join(folder, name)) as [string, string, string];
    for (const path of [from, to]) mkdirSync(path);
    for (const path of [folder, from, to]) chmodSync(path, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function command(dataDir: string, args: string[], { input = '', env = {} } = {}) {
    const program = Program.start('cli', args, { DATA_DIR: dataDir, PORT: '0', BACKUP_KEY: KEY, ...env });
    program.child.stdin!.end(input);
    const code = await program.ended();
    return { code, output: program.output };
  }

  async function inside<T>(dataDir: string, sql: string): Promise<T[]> {
    const server = await joinEmbeddedServer(dataDir);
    const url = new URL(server.adminUrl);
    url.pathname = '/sampark';
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return (await client.query(sql)).rows as T[];
    } finally {
      await client.end();
      await server.leave();
    }
  }

  const started = async (dataDir: string) => {
    const program = Program.start('main', [], { DATA_DIR: dataDir, PORT: '0' });
    const end = program.ended();
    const outcome = await Promise.race([program.says(/Sampark is ready/).then(() => 'ready'), end]);
    if (outcome === 'ready') {
      program.kill('SIGTERM');
      await end;
    }
    return { outcome, output: program.output };
  };

  it('is made, checked, and brings a new folder to where the old one was, keys and all', async () => {
    const made = await command(from, ['create-admin', '--email', 'admin@example.org', '--password-stdin'], { input: 'a long enough password' }); // prettier-ignore
    expect(made).toMatchObject({ code: 0 });
    expect((await started(from)).outcome).toBe('ready');
    expect(await command(from, ['backup', file], { env: { BACKUP_KEY: '' } })).toMatchObject({
      code: 1,
      output: expect.stringContaining('BACKUP_KEY: is needed'),
    });
    const taken = await command(from, ['backup', file, '--with-secrets']);
    expect(taken).toMatchObject({ code: 0, output: expect.stringMatching(/\d+ rows of \d+ tables/) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('admin@example.org')).toBe(false);
    expect(await command(to, ['restore', file, '--check'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('A whole backup of installation'),
    });
    const shown = await command(to, ['restore', file, '--show-secrets']);
    const { suppressionKeys } = JSON.parse(readFileSync(join(from, 'secrets.json'), 'utf8')) as { suppressionKeys: string }; // prettier-ignore
    expect(shown.output).toContain(`SUPPRESSION_KEYS=${suppressionKeys}`);

    // On another machine the erasure log has to come along.
    const without = await command(to, ['restore', file]);
    expect(without).toMatchObject({ code: 1, output: expect.stringMatching(/erasures\.log is missing/) });
    copyFileSync(join(from, 'erasures.log'), join(to, 'erasures.log'));
    const restored = await command(to, ['restore', file]);
    expect(restored).toMatchObject({ code: 0, output: expect.stringMatching(/rows as of .* are in\.\nDone again/) });
    const users = 'SELECT email, full_name FROM users';
    expect(await inside(to, users)).toEqual(await inside(from, users));
    expect((await started(to)).outcome).toBe('ready');
    const keys = await command(to, ['suppression', 'keys', '--json']);
    expect(JSON.parse(keys.output)).toEqual([expect.objectContaining({ name: 'first', state: 'newest', entries: 0 })]);
    expect(await command(to, ['restore', file])).toMatchObject({
      code: 1,
      output: expect.stringContaining('The database is not empty'),
    });
  });

  it('is refused to start where the erasure log was lost, until that is said', async () => {
    await inside(
      to,
      `INSERT INTO suppressions (kind, hash, key_name, why) VALUES ('phone', '\\x01', 'first', 'asked_to_stop')`,
    );
    expect((await started(to)).outcome).toBe('ready');
    // The worker's round wrote it, or the end of the program did not wait for it: once more by a command.
    for (
      let tries = 0;
      tries < 3 && !readFileSync(join(to, 'erasures.log'), 'utf8').includes('suppressed:');
      tries += 1
    )
      await command(to, ['erasure-log', 'begin-anew', '--reason', 'to have it written']);
    expect(readFileSync(join(to, 'erasures.log'), 'utf8')).toContain('suppressed:phone:asked_to_stop');
    rmSync(join(to, 'erasures.log'));
    const refused = await started(to);
    expect(refused.outcome).toBe(1);
    expect(refused.output).toMatch(/The erasure log .* is missing/);
    expect(await command(to, ['erasure-log', 'begin-anew', '--reason', 'the file was deleted'])).toMatchObject({
      code: 0,
    });
    expect((await started(to)).outcome).toBe('ready');
    const [entry] = await inside<{ facts: object }>(to, `SELECT facts FROM audit_entries WHERE action = 'erasure_log.given_up' ORDER BY at DESC LIMIT 1`); // prettier-ignore
    expect(entry!.facts).toMatchObject({ why: 'the file was deleted' });
  });
});
