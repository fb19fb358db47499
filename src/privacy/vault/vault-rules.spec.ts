import { describe, expect, it } from '@jest/globals';
import { purgeOn, VAULT_RULES } from './vault-rules.js';

const [rule] = VAULT_RULES.in!;
const on = (day: string) => purgeOn(rule!, new Date(`${day}T12:00:00Z`));

describe('what the vault keeps', () => {
  it('is kept for a whole year, and no day more', () => {
    expect([on('2026-11-26'), on('2026-12-31'), on('2027-02-28'), on('2028-02-29')]).toEqual([
      '2027-11-27',
      '2028-01-01',
      '2028-02-29',
      '2029-03-01',
    ]);
  });

  it('names for each thing its law and where the text was read', () => {
    for (const rules of Object.values(VAULT_RULES))
      for (const { law, source, months } of rules) {
        expect(law).toMatch(/rule|section|article/i);
        expect(source).toMatch(/^https:\/\//);
        expect(months).toBeGreaterThan(0);
      }
  });
});
