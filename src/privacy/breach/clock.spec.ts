import { expect, it } from '@jest/globals';
import { clockOf, remindersDue } from './clock.js';

const aware = new Date('2026-11-20T10:00:00Z');
const at = (hours: number) => new Date(aware.getTime() + hours * 3_600_000);

it('gives seventy-two hours from becoming aware, and calls when a day is left', () => {
  expect(clockOf(aware, null, at(0))).toEqual({ due: at(72), hours: 72, state: 'running' });
  expect(clockOf(aware, null, at(47.9))).toMatchObject({ hours: 24, state: 'running' });
  expect(clockOf(aware, null, at(48.1))).toMatchObject({ hours: 23, state: 'last_call' });
  expect(clockOf(aware, null, at(71.5))).toMatchObject({ hours: 0, state: 'last_call' });
  expect(clockOf(aware, null, at(72.1))).toMatchObject({ hours: -1, state: 'over' });
});

it('stops with the details, and says how it stood then', () => {
  expect(clockOf(aware, at(60), at(500))).toMatchObject({ hours: 12, state: 'stopped' });
  expect(clockOf(aware, at(80), at(500))).toMatchObject({ hours: -8, state: 'stopped' });
});

it('reminds when a day is left, and when it is over', () => {
  expect(remindersDue(clockOf(aware, null, at(10)))).toEqual([]);
  expect(remindersDue(clockOf(aware, null, at(50)))).toEqual(['last_call']);
  expect(remindersDue(clockOf(aware, null, at(73)))).toEqual(['over']);
  expect(remindersDue(clockOf(aware, at(60), at(73)))).toEqual([]);
});
