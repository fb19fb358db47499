import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isSame, identity } from '../database/folder-lock.js';

/** Processes that share a table of processes: two containers may have one name, and each a process 7. */
const machine = (): string => {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
};

/** Names this process beyond its end: the machine, its number, and since when it has run. */
export const processName = (): string => `${machine()} process ${identity(process.pid)}`;

/** Whether a process of this name ran on this machine and has ended; of another machine's nobody knows. */
export function isGone(name: string): boolean {
  const here = `${machine()} process `;
  if (!name.startsWith(here)) return false;
  const [pid, since] = name.slice(here.length).split(' ');
  return !isSame(`${pid} ${since}`);
}
