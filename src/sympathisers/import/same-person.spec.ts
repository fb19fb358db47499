import { describe, expect, it } from '@jest/globals';
import { nameKey } from '../name-key.js';
import { type ReadRow } from './intake-row.js';
import { problem } from './problem.js';
import { groupRows, outcomes } from './same-person.js';

function row(name: string, more: Partial<ReadRow> = {}): ReadRow {
  return {
    ...{ name, nameKey: nameKey(name), phones: [], emails: [], identities: [], districtLgd: null, territoryHint: null },
    ...{ pin: null, language: null, birthYear: null, ageNotedOn: null, source: null, remarks: null, consent: 'given' },
    ...{ minor: false, warnings: [], rejected: null, ...more },
  };
}
const refused = { consent: 'refused', rejected: problem('refused', 'consent') } as const;
const minor = { minor: true, rejected: problem('minor', 'age') } as const;
const P = '+916000000123';
const Q = '+916000000124';
const x = (handle: string): Pick<ReadRow, 'identities'> => ({ identities: [{ platform: 'x', handle }] });
const whatsapp = (phone: string): Partial<ReadRow> => ({
  phones: [phone],
  identities: [{ platform: 'whatsapp', handle: phone }],
});
const words = (rows: ReadRow[]): string[] => outcomes(rows).map(({ outcome }) => outcome);
const reasons = (rows: ReadRow[]): (string | undefined)[] => outcomes(rows).map(({ reason }) => reason?.code.slice(15));

describe('groupRows', () => {
  it('joins the same handle whatever the names, and the same phone or mail with the same name in either script', () => {
    expect(groupRows([row('Asha', x('a')), row('Usha', x('a'))])).toEqual([0, 0]);
    expect(groupRows([row('रमेश', { phones: [P] }), row('Rameshh', { phones: [P] })])).toEqual([0, 0]);
    expect(groupRows([row('रमेश', { emails: ['a@b.in'] }), row('Ramesh', { emails: ['a@b.in'] })])).toEqual([0, 0]);
  });

  it('keeps a family with one phone apart, on WhatsApp too', () => {
    const family = [row('Ram', whatsapp(P)), row('Rama', whatsapp(P)), row('Sita', { phones: [P] })];
    expect(groupRows(family)).toEqual([0, 1, 2]);
    expect(groupRows([...family, row('सीता', whatsapp(P))])).toEqual([0, 1, 2, 2]);
  });

  it('carries over, in whatever order', () => {
    const rows = [row('Asha', x('a')), row('Asha', { phones: [P] }), row('आशा', { phones: [P], ...x('a') })];
    expect(groupRows(rows)).toEqual([0, 0, 0]);
  });

  it("takes a person's name together with the phones of all their rows, as the register will", () => {
    const rows = [row('Asha', x('a')), row('Usha', { phones: [P], ...x('a') }), row('आशा', { phones: [P] })];
    expect(groupRows(rows)).toEqual([0, 0, 0]);
    expect(groupRows([rows[2]!, rows[0]!, rows[1]!])).toEqual([0, 0, 0]);
  });

  it('joins nothing by a blank name', () => {
    expect(groupRows([row('', { phones: [P] }), row('', { phones: [P] })])).toEqual([0, 1]);
  });
});

describe('outcomes', () => {
  it('is changed by a filled blank, a point or an identity, else the same', () => {
    const rows = [
      row('Asha', { phones: [P], birthYear: 1990 }),
      row('आशा', { phones: [P], birthYear: 1980, remarks: 'call', source: 'form' }),
      row('Asha', { phones: [P], pin: '282001' }),
      row('Asha', { phones: [P, Q] }),
      row('Asha', { phones: [P], ...x('a') }),
      row('Asha', { phones: [Q], pin: '282001', ...x('a') }),
    ];
    const found = outcomes(rows);
    expect(found.map(({ outcome }) => outcome)).toEqual(['created', 'same', 'changed', 'changed', 'changed', 'same']);
    expect(found[1]).toMatchObject({ person: 0, suggestions: ['name', 'birthYear'] });
    expect(found.slice(2, 5).map(({ filled }) => filled)).toEqual([['pin'], ['point'], ['identity']]);
  });

  it('counts a first yes as news, and never a second', () => {
    const rows = [row('Asha', { ...x('a'), consent: 'unknown' }), row('Asha', x('a')), row('Asha', x('a'))];
    expect(words(rows)).toEqual(['created', 'changed', 'same']);
  });

  it('stops what a refused row holds, before and after it, whoever has it', () => {
    const rows = [
      row('Ram', { phones: [P] }),
      row('Asha', { phones: [P], emails: ['a@b.in'], ...x('a'), ...refused }),
      row('Sita', { phones: [Q], emails: ['a@b.in'] }),
      row('Gita', x('a')),
      row('Gita', { phones: [Q] }),
    ];
    expect(reasons(rows)).toEqual(['stopped', 'refused', 'stopped', 'stopped', undefined]);
  });

  it('asks for stops before it matches: a stopped row joins nobody', () => {
    const rows = [
      row('Asha', x('a')),
      row('Asha', { phones: [P], ...x('a') }),
      row('Asha', { phones: [P], emails: ['a@b.in'] }),
      row('Asha', { emails: ['a@b.in'] }),
      row('Ram', { phones: [P], ...refused }),
    ];
    expect(words(rows)).toEqual(['created', 'rejected', 'rejected', 'created', 'rejected']);
  });

  it('lets nothing of a minor in, in whatever order, and leaves the family alone', () => {
    const rows = [
      row('Asha', { phones: [P] }),
      row('Asha', { phones: [P], ...x('a'), ...minor }),
      row('आशा', { emails: ['a@b.in'], ...x('a') }),
      row('Sita', { phones: [P] }),
    ];
    expect(reasons(rows)).toEqual(['person_minor', 'minor', 'person_minor', undefined]);
  });

  it("stops nothing by a minor's refusal", () => {
    expect(reasons([row('Asha', { phones: [P], ...minor, consent: 'refused' }), row('Sita', { phones: [P] })])).toEqual(
      ['minor', undefined],
    );
  });

  it('honours what was stopped before', () => {
    expect(outcomes([row('Asha', { phones: [P] })], new Set([`phone ${P}`]))[0]!.reason?.code).toBe(
      'import.problem.stopped',
    );
  });
});
