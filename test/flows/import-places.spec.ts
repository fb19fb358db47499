import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anImport, outcome } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
let made = 6_740_000_000;
const phone = () => String(++made);
const codes: Record<string, string> = {};

beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  const add = async (level: string, parent: string, en: string, hi: string) => {
    const answer = await sampark.as(admin).post('/territories', { parent, level, name_en: en, name_hi: hi });
    expect(answer.status).toBe(201);
    return (answer.body as { code: string }).code;
  };
  codes.bah = await add('mandal', 'agra', 'Bah', 'बाह');
  codes.fatehabad = await add('mandal', 'agra', 'Fatehabad', 'फ़तेहाबाद');
  codes.ward = await add('ward', codes.bah, 'Ward 5', 'वार्ड 5');
});
afterAll(() => sampark.close());

const where = async (number: string) =>
  (
    await sampark.sql<{ code: string; waiting: boolean }>(
      `SELECT t.code, p.waiting FROM people p JOIN territories t ON t.id = p.territory_id
         JOIN contact_points c ON c.person_id = p.id WHERE c.value = $1`,
      [`+91${number}`],
    )
  )[0];

describe('a list with mandals and wards', () => {
  it('brings everybody home to them, in either script, and says which it does not know', async () => {
    const [bah, ward, other, none] = [phone(), phone(), phone(), phone()];
    const text =
      'Name,Mobile,Zila,मंडल,Ward no\r\n' +
      `A Bah,${bah},Agra,बाह,\r\nB Ward,${ward},आगरा,Bah,05\r\nC Fateh,${other},Agra,Fatehbad,9\r\nD None,${none},Agra,Wakanda,\r\n`;
    const batch = await anImport(sampark, admin, text, { territory: 'agra' });
    expect(outcome(batch)).toEqual([4, 0, 0, 0]);
    expect(await where(bah)).toEqual({ code: codes.bah, waiting: false });
    expect(await where(ward)).toEqual({ code: codes.ward, waiting: false });
    expect(await where(other)).toEqual({ code: codes.fatehabad, waiting: false });
    expect(await where(none)).toEqual({ code: 'agra', waiting: false });
    expect(batch.counts.warnings).toMatchObject([
      { code: 'unknown_mandal', rows: 1, first: [5] },
      { code: 'unknown_ward', rows: 1, first: [4] },
    ]);
    const page = await sampark.browser(admin, { lang: 'hi' }).get(`/imports/${batch.id}`);
    expect(page.text).toContain('इस ज़िले में ऐसा मंडल नहीं मिला');
    // The same again is nothing new.
    expect(outcome(await anImport(sampark, admin, text, { territory: 'agra' }))).toEqual([0, 0, 4, 0]);
  });

  it('for one mandal leaves out who lives in another, with or without the district beside it', async () => {
    for (const district of ['Agra', '']) {
      const [here, there] = [phone(), phone()];
      const text = `Name,Mobile,District,Mandal\r\nHere ${here},${here},${district},Bah\r\nThere ${there},${there},${district},Fatehabad\r\n`;
      const batch = await anImport(sampark, admin, text, { territory: codes.bah });
      expect(outcome(batch)).toEqual([1, 0, 0, 1]);
      expect(batch.counts.rejected).toMatchObject([{ code: 'outside', rows: 1, first: [3] }]);
      expect(await where(here)).toEqual({ code: codes.bah, waiting: false });
      expect(await where(there)).toBeUndefined();
      const rejects = await sampark.as(admin).get(`/imports/${batch.id}/rejects`);
      expect(rejects.body.items).toMatchObject([{ row: 3, code: 'outside', field: 'mandal' }]);
    }
  });

  it('for the whole state finds the mandal in the district that the row tells, and asks nobody to guess', async () => {
    const [told, untold] = [phone(), phone()];
    const text = `Name,Mobile,District,Mandal\r\nTold,${told},Agra,Bah\r\nUntold,${untold},,Bah\r\n`;
    const batch = await anImport(sampark, admin, text, { territory: 'up' });
    expect(await where(told)).toEqual({ code: codes.bah, waiting: false });
    expect(await where(untold)).toEqual({ code: 'up', waiting: true });
    expect(batch.counts.warnings).toMatchObject([{ code: 'unknown_mandal', rows: 1, first: [3] }]);
  });
});
