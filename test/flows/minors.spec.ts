import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { anEvent } from '../factories/events.js';
import { anImport } from '../factories/imports.js';
import { aSeal } from '../factories/joining.js';
import { aLinkToOwnData } from '../factories/own-data.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { whereItStands } from '../support/nothing-kept.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let convenor: AUser;
let log = '';
beforeAll(async () => {
  sampark = await aSampark({ env: { LOG_LEVEL: 'trace' }, log: { write: (line: string) => void (log += line) } });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const YEAR = new Date().getUTCFullYear();
/** As people say it, in years and in ages, in both scripts. */
const YOUNG = [String(YEAR - 10), '17', '१६ साल', 'minor', 'नाबालिग', `${YEAR - 17}-12-31`, `31/12/${YEAR - 17}`];

/** The join form, opened ten seconds ago. */
const aJoinForm = () => ({
  pin: '203001',
  language: 'hi',
  adult: 'true',
  purposes: ['register'],
  seal: aSeal(sampark),
});

interface WayIn {
  /** The field that says how old somebody is, and what it says of a minor. */
  said: unknown[];
  send: (said: unknown, mark: string) => Promise<{ status: number; text: string }>;
}

/** By class and field: every input that takes a year or date of birth, an age, or the word that somebody is grown up. */
const WAYS_IN: Record<string, WayIn> = {
  'AddSympathiserDto.birthYear': {
    said: YOUNG,
    send: (birthYear, mark) => sampark.as(convenor).post('/sympathisers?lang=en', { name: `Quokka ${mark}`, phones: ['9811155555'], emails: [`quokka-${mark}@b.example`], birthYear, note: `quokka ${mark}` }), // prettier-ignore
  },
  'CorrectSympathiserDto.birthYear': {
    said: YOUNG,
    send: async (birthYear, mark) => {
      const { id } = await aSympathiser(sampark, { in: 'agra' });
      return sampark.as(convenor).post(`/sympathisers/${id}?lang=en`, { name: `Quokka ${mark}`, birthYear });
    },
  },
  'JoinDto.adult': {
    said: [undefined, false],
    send: (adult, mark) => sampark.as().post('/join?lang=en', { ...aJoinForm(), name: `Quokka ${mark}`, email: `quokka-${mark}@b.example`, adult }), // prettier-ignore
  },
  'JoinDto.birthYear': {
    said: YOUNG,
    send: (birthYear, mark) => sampark.as().post('/join?lang=en', { ...aJoinForm(), name: `Quokka ${mark}`, email: `quokka-${mark}@b.example`, birthYear }), // prettier-ignore
  },
  'NomineeDto.adult': {
    said: [undefined, false],
    send: async (adult, mark) => {
      const { id } = await aSympathiser(sampark, { in: 'agra' });
      const link = await aLinkToOwnData(sampark, id);
      return sampark.as().post(`${link}/nominee?lang=en`, { name: `Quokka ${mark}`, contact: `quokka-${mark}@b.example`, knows: true, adult }); // prettier-ignore
    },
  },
  'WalkInDto.adult': {
    said: [undefined, false],
    send: async (adult, mark) => {
      const event = await anEvent(sampark, { in: 'agra' });
      return sampark.as(convenor).post(`/events/${event.id}/walk-ins?lang=en`, { name: `Quokka ${mark}`, phone: '9811166666', consent: true, adult }); // prettier-ignore
    },
  },
};

/** Fields of inputs whose name says that they are about somebody's age. */
const ABOUT_AGE = /birth|^age$|adult|minor|dob/i;

async function inputsAboutAge(): Promise<string[]> {
  const src = resolve(import.meta.dirname, '../../src');
  const found = new Set<string>();
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(dto|controller)\.ts$/.test(name),
  ))
    for (const one of Object.values((await import(join(src, file))) as Record<string, unknown>)) {
      if (typeof one !== 'function') continue;
      for (const { propertyName } of getMetadataStorage().getTargetValidationMetadatas(one, '', true, false))
        if (ABOUT_AGE.test(propertyName)) found.add(`${one.name}.${propertyName}`);
    }
  return [...found].sort();
}

describe('a minor', () => {
  it('has no way in that is not in this table', async () => {
    expect(await inputsAboutAge()).toEqual(Object.keys(WAYS_IN).sort());
  });

  it.each(Object.entries(WAYS_IN))(
    'is refused kindly by %s, and nothing of what was typed is kept',
    async (name, { said, send }) => {
      for (const [at, age] of said.entries()) {
        const mark = `${name.split('.')[0]}${at}`;
        const answer = await send(age, mark);
        expect({ age, status: answer.status }).toEqual({ age, status: 422 });
        expect(answer.text).toMatch(
          /They are welcome|Please come back when you are 18|Please say that you are 18|A nominee must be 18 or older/,
        );
        expect(await whereItStands(sampark, `quokka ${mark}`)).toEqual([]);
        expect(await whereItStands(sampark, `quokka-${mark}`)).toEqual([]);
        expect(log.toLowerCase()).not.toContain('quokka');
      }
    },
  );

  it('is left out of a list, with nothing of the row in the rejects, the trail or the log', async () => {
    const list = ['Name,Mobile,Age,Year of birth,Consent', ...YOUNG.slice(0, 3).map((age, i) => `Quokka list ${i},981117777${i},${age},,yes`), `Quokka list 9,9811177779,,${YEAR - 12},yes`, 'Grown Up,9811188888,40,,yes'].join('\n'); // prettier-ignore
    const batch = await anImport(sampark, convenor, list, { territory: 'agra' });
    expect(batch).toMatchObject({ created: 1, rejected: 4 });
    expect(batch.counts.rejected.map(({ code }) => code)).toEqual(['minor']);
    const rejects = await sampark.as(convenor).get(`/imports/${batch.id}/rejects`);
    expect(rejects.text).not.toContain('Quokka');
    expect(await whereItStands(sampark, 'quokka list')).toEqual([]);
    expect(log.toLowerCase()).not.toContain('quokka');
  });

  it('has no year in the register, whoever writes it and however', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const set = (year: number) => sampark.sql('UPDATE people SET birth_year = $2 WHERE id = $1', [id, year]);
    await expect(set(YEAR - 17)).rejects.toThrow(/people_are_adults/);
    await expect(set(YEAR)).rejects.toThrow(/people_are_adults/);
    await set(YEAR - 18);
  });

  it('comes to nobody by a merge: neither record can have such a year', async () => {
    const [one, two] = [await aSympathiser(sampark, { in: 'agra', phones: ['+919811199999'] }), await aSympathiser(sampark, { in: 'agra', phones: ['+919811199999'] })]; // prettier-ignore
    await sampark.sql('ALTER TABLE people DROP CONSTRAINT people_are_adults');
    try {
      // One that was there before anybody looked.
      await sampark.sql('UPDATE people SET birth_year = $2 WHERE id = $1', [two.id, YEAR - 12]);
      await sampark.sql(`ALTER TABLE people ADD CONSTRAINT people_are_adults CHECK (birth_year IS NULL OR birth_year <= extract(year FROM now() AT TIME ZONE 'UTC') - 18) NOT VALID`); // prettier-ignore
      const answer = await sampark.as(convenor).post(`/sympathisers/${one.id}/merges`, { other: two.id, take: ['birth_year'] }); // prettier-ignore
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await sampark.sql('SELECT birth_year FROM people WHERE id = $1', [one.id])).toEqual([
        { birth_year: null },
      ]);
    } finally {
      await sampark.sql('DELETE FROM contact_points WHERE person_id = $1', [two.id]);
      await sampark.sql('UPDATE people SET birth_year = NULL WHERE id = $1', [two.id]);
    }
  });
});

describe('somebody who is found to be under 18', () => {
  it('is erased, and nobody writes down how old they are', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    expect((await sampark.as(convenor).post(`/sympathisers/${id}/minor`, { sure: true })).status).toBeLessThan(300);
    await sampark.drain();
    expect(await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [id])).toEqual([]);
    expect(await sampark.sql('SELECT state, why FROM erasures WHERE id = $1', [id])).toEqual([
      { state: 'erased', why: 'minor' },
    ]);
    const [entry] = await sampark.sql(`SELECT people, facts, user_id FROM audit_entries WHERE action = 'privacy.minor_found' AND subject_id = $1`, [id]); // prettier-ignore
    expect(entry).toEqual({ people: [id], facts: null, user_id: convenor.id });
  });

  it('needs a tick, and whoever looks after them', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    expect((await sampark.as(convenor).post(`/sympathisers/${id}/minor`)).status).toBe(422);
    const neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    expect((await sampark.as(neighbour).post(`/sympathisers/${id}/minor`, { sure: true })).status).toBe(404);
    expect((await sampark.browser(convenor).get(`/sympathisers/${id}`)).text).toContain('Under 18: erase them');
  });
});
