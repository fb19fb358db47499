import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'sampark-test-';
const OWNER = 'owner.pid';

/** Says whose the folder is, so that a later run can tell what a killed one left behind. */
export const own = (folder: string): void => writeFileSync(join(folder, OWNER), String(process.pid));

/** Servers and folders of runs that were killed: each keeps memory and a few hundred megabytes of disk. */
export function clearLeftBehind(): void {
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    const owner = numberIn(join(folder, OWNER));
    // Without an owner it is none of ours, or being made just now.
    if (owner === null || isAlive(owner)) continue;
    const server = numberIn(join(folder, 'postgres', 'postmaster.pid'));
    if (server !== null && commandOf(server).includes(folder)) process.kill(server, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The number in a file's first line. */
function numberIn(path: string): number | null {
  if (!existsSync(path)) return null;
  const found = Number(readFileSync(path, 'utf8').split('\n')[0]);
  return Number.isInteger(found) && found > 0 ? found : null;
}

/** What runs under that number, which may be another's by now; nothing where nothing does. */
function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's is alive as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
