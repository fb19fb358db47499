import { readdirSync, readFileSync } from 'node:fs';
import { adminUrlOf, asSuperuser } from '../support/database.js';

/** Ticks a second of /proc (USER_HZ), the same on every Linux that Node runs on. */
const HERTZ = 100;

/**
 * Seconds of processor time that this program and the whole server have taken so far. On a machine that others use, too,
 * it says what a thing costs where its time on the clock says how much there was to do besides.
 */
export async function processorTime(): Promise<number> {
  const own = process.cpuUsage();
  return (own.user + own.system) / 1e6 + serverTime(await serverProcess());
}

let postmaster: number | undefined;

async function serverProcess(): Promise<number> {
  postmaster ??= await asSuperuser('postgres', async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int AS pid`,
    );
    return rows[0]!.pid;
  });
  return postmaster;
}

/** Its own, that of its processes, and of those that have ended. Nothing where it isn't on this machine. */
function serverTime(server: number): number {
  if (!/127\.0\.0\.1|localhost/.test(adminUrlOf('postgres'))) return 0;
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // proc(5): behind the name in brackets stand the state, the parent (field 4), and from field 14 on the four times.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').pop()!.split(' ').map(Number);
      if (Number(name) === server) ticks += fields[11]! + fields[12]! + fields[13]! + fields[14]!;
      else if (fields[1] === server) ticks += fields[11]! + fields[12]!;
    } catch {
      // It ended while we looked.
    }
  }
  return ticks / HERTZ;
}
