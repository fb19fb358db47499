import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ShippedTree } from '../../src/territories/shipped-tree.js';
import { theRealTree } from '../factories/real-tree.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
beforeAll(async () => {
  sampark = await aSampark();
  await theRealTree(sampark);
});
afterAll(() => sampark.close());

describe('the shipped tree', () => {
  it('is there, with its levels, names and codes', async () => {
    const t0 = Date.now();
    console.log(await sampark.get(ShippedTree).load(await sampark.system()), Date.now() - t0);
    const levels = await sampark.sql('SELECT level, count(*)::int AS n FROM territories GROUP BY 1 ORDER BY 1');
    expect(levels).toEqual([
      { level: 'district', n: 98 },
      { level: 'local_body', n: 1588 },
      { level: 'region', n: 6 },
      { level: 'state', n: 1 },
    ]);
  });
});
