import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Whether a process of that id runs; EPERM means it does, as somebody else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Started when? Tells a process from a later one that got its number; blank where the system has no /proc. */
function startedAt(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()!.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** A process, told from a later one that got its number. */
export const identity = (pid: number) => `${pid} ${startedAt(pid)}`;
/** Whether the process of this identity still runs. */
export const isSame = (line: string): boolean => {
  const pid = Number(line.split(' ')[0]);
  return isAlive(pid) && identity(pid) === line;
};

/** Runs `work` while no other process does so for the same file; a lock left by a dead process is taken over. */
export async function whileLocked<T>(file: string, work: () => Promise<T>, patienceMs = 60_000): Promise<T> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, identity(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      takeOverIfDead(file);
      if (Date.now() > giveUpAt)
        throw new Error(`${file} is held by another process; is one hanging?`, { cause: error });
      await wait(25);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function takeOverIfDead(file: string) {
  try {
    const holder = readFileSync(file, 'utf8');
    // An empty file is one being written, unless its writer died in that instant.
    const abandoned = holder ? !isSame(holder) : Date.now() - statSync(file).mtimeMs > 2_000;
    if (abandoned) rmSync(file, { force: true });
  } catch {
    // It went away meanwhile: the next try takes it.
  }
}

/** The processes that use a thing, a file each; those of dead processes do not count. */
export class Members {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  join() {
    writeFileSync(join(this.folder, String(process.pid)), identity(process.pid));
  }

  leave() {
    rmSync(join(this.folder, String(process.pid)), { force: true });
  }

  /** How many other living processes have joined; removes the files of dead ones. */
  others(): number {
    let count = 0;
    for (const name of readdirSync(this.folder)) {
      if (name === String(process.pid)) continue;
      const file = join(this.folder, name);
      try {
        if (isSame(readFileSync(file, 'utf8'))) count++;
        else rmSync(file, { force: true });
      } catch {
        // It left while we looked.
      }
    }
    return count;
  }
}
