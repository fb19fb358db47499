import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { joinEmbeddedServer } from '../src/platform/database/embedded-postgres.js';
import { isAlive } from '../src/platform/database/folder-lock.js';
import { prepareDatabase } from '../src/platform/database/roles.js';
import { Program } from './support/program.js';

jest.setTimeout(120_000);

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  const running: Program[] = [];
  const start = (...[entry, args, env]: Parameters<typeof Program.start>) => {
    const program = Program.start(entry, args, { DATA_DIR: dataDir, PORT: '0', ...env });
    running.push(program);
    return program;
  };
  const serverPid = () => Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const serverRuns = () => existsSync(join(dataDir, 'postgres', 'postmaster.pid')) && isAlive(serverPid());

  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sampark-embedded-'));
    chmodSync(dataDir, 0o755);
  });
  afterEach(async () => {
    for (const program of running.splice(0)) {
      program.kill('SIGTERM');
      await program.ended();
    }
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('is made, started and stopped with the program, and keeps its secrets to itself', async () => {
    const program = start('main', [], {});
    await program.says(/Sampark is ready at http:\/\/127\.0\.0\.1:\d+/);
    expect(serverRuns()).toBe(true);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    const askedAt = Date.now();
    program.kill('SIGTERM');
    expect(await program.ended()).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(10_000);
    expect(serverRuns()).toBe(false);
  });

  it('lives on after kill -9 of the program, and is adopted by the next one', async () => {
    const first = start('main', [], {});
    await first.says(/Sampark is ready/);
    const pid = serverPid();
    first.kill('SIGKILL');
    await first.ended();
    expect(isAlive(pid)).toBe(true);
    const second = start('main', [], {});
    await second.says(/Sampark is ready/);
    expect(serverPid()).toBe(pid);
    second.kill('SIGTERM');
    expect(await second.ended()).toBe(0);
    expect(serverRuns()).toBe(false);
  });

  it('is shared: a command joins a running program, and only the last to leave stops it', async () => {
    const program = start('main', [], {});
    await program.says(/Sampark is ready/);
    const pid = serverPid();
    const command = start('cli', ['create-admin', '--email', 'admin@example.org', '--password-stdin'], {});
    command.child.stdin!.end('a long enough password');
    expect(await command.ended()).toBe(0);
    expect(command.output).toContain('admin@example.org');
    expect(isAlive(pid)).toBe(true);
    const token = start('cli', ['token', 'create', '--user', 'admin@example.org', '--json'], {});
    program.kill('SIGTERM');
    expect(await program.ended()).toBe(0);
    expect(await token.ended()).toBe(0);
    expect(JSON.parse(token.output)).toEqual({ token: expect.stringMatching(/^[\w-]{43}$/) });
    expect(serverRuns()).toBe(false);
  });

  it('says which port is in use, and leaves no server behind', async () => {
    const other: Server = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const program = start('main', [], { PORT: String(port) });
    expect(await program.ended()).toBe(1);
    expect(program.output).toContain(`Port ${port} of 127.0.0.1 is in use`);
    expect(serverRuns()).toBe(false);
    await new Promise((resolve) => other.close(resolve));
  });

  it('refuses to serve as a role that could bypass the row policies', async () => {
    const server = await joinEmbeddedServer(dataDir);
    try {
      const elsewhere = mkdtempSync(join(tmpdir(), 'sampark-other-'));
      chmodSync(elsewhere, 0o755);
      const program = start('main', [], {
        DATA_DIR: elsewhere,
        DATABASE_URL: server.adminUrl,
        SECRET_KEY: 'x'.repeat(40),
        SUPPRESSION_KEYS: `k:${'y'.repeat(40)}`,
        PROCESS: 'web',
      });
      expect(await program.ended()).toBe(1);
      // The superuser could bypass every policy: refused, whatever else is right.
      expect(program.output).toMatch(/could bypass the row policies|relation .* does not exist/);
      rmSync(elsewhere, { recursive: true, force: true });
    } finally {
      await server.leave();
    }
  });

  it('says what to run where a database is behind the program', async () => {
    const server = await joinEmbeddedServer(dataDir);
    const admin = new pg.Client({ connectionString: server.adminUrl });
    await admin.connect();
    try {
      await prepareDatabase(admin, 'behind');
      const program = start('main', [], {
        DATABASE_URL: server.urls.app.replace(/\/sampark$/, '/behind'),
        SECRET_KEY: 'x'.repeat(40),
        SUPPRESSION_KEYS: `k:${'y'.repeat(40)}`,
        PROCESS: 'web',
      });
      expect(await program.ended()).toBe(1);
      expect(program.output).toContain('run `sampark migrate` first');
    } finally {
      await admin.end();
      await server.leave();
    }
  });
});
