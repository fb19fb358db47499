import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The operating system's user that the embedded server runs as, when we are root (Postgres refuses to run as root). */
export interface OperatingUser {
  uid: number;
  gid: number;
}

const isRoot = () => process.getuid?.() === 0;

function lookUp(name: string): OperatingUser | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** `postgres`, made if missing, when we are root; else null: we run it as ourselves. */
export function serverUser(): OperatingUser | null {
  if (!isRoot()) return null;
  const known = lookUp('postgres');
  if (known) return known;
  const shell = existsSync('/usr/sbin/nologin') ? '/usr/sbin/nologin' : '/bin/false';
  execFileSync('useradd', ['--system', '--no-create-home', '--shell', shell, 'postgres']);
  return lookUp('postgres');
}

/**
 * Postgres must be able to enter its own folder and ours: a 0700 home of root's above either would fail deep inside
 * initdb, without naming the folder.
 * @throws Error that names the folder and says what to do
 */
export function checkReachable(user: OperatingUser | null, paths: string[]): void {
  if (!user) return;
  for (const path of paths) {
    for (let folder = path; ; folder = dirname(folder)) {
      if (existsSync(folder)) {
        const { mode, uid, gid } = lstatSync(folder);
        const mayEnter = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001;
        if (!mayEnter)
          throw new Error(
            `The embedded PostgreSQL runs as the user "postgres", who may not enter ${folder}. ` +
              'Put the program and DATA_DIR elsewhere (for example below /srv), or start as a user other than root, ' +
              `or allow it: chmod o+x ${folder}`,
          );
      }
      if (folder === dirname(folder)) break;
    }
  }
}
