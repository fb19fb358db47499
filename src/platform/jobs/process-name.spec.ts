import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identity } from '../database/folder-lock.js';
import { isGone, processName } from './process-name.js';

it('tells a process that runs from one that has ended, and says nothing of another machine', async () => {
  expect(isGone(processName())).toBe(false);
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  await once(child, 'spawn');
  const name = processName().replace(identity(process.pid), identity(child.pid!));
  expect(isGone(name)).toBe(false);
  expect(isGone(`${name} and what distinguishes its workers`)).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isGone(name)).toBe(true);
  expect(isGone(`another.example ${name}`)).toBe(false);
});
