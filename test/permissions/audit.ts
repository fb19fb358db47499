import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { aNotice } from '../factories/audit.js';
import { controlling, leading, type Row, type Things } from './rows.js';

const CONVENORS = leading('200');

export const rows: Row[] = [
  { route: 'GET /audit', allowed: { ...CONVENORS, ...controlling('200') } },
  { route: 'GET /audit/:id', thing: 'audit entry', allowed: { ...CONVENORS, ...controlling('200') } },
  { route: 'GET /audit/notices', allowed: { ...CONVENORS, data_protection_officer: '200' } },
  {
    route: 'POST /audit/notices/:id/review',
    thing: 'notice',
    send: () => ({ note: 'Asked them: a long day at the fair.' }),
    allowed: { ...CONVENORS, data_protection_officer: '200' },
  },
];

export const things: Things = {
  'audit entry': async ({ sampark }, at) => {
    const subjectId = uuidv7();
    await sampark.get(UnitOfWork).run(await sampark.system(), async (tx) =>
      tx.audit('event.changed', {
        subject: 'event',
        subjectId,
        path: at.path,
        people: [uuidv7()],
        before: { place: 'Hall', name: 'Asha Verma' },
        after: { place: 'Park', name: 'Asha Devi' },
        facts: { moved: true },
      }),
    );
    const [entry] = await sampark.sql<{ id: string }>('SELECT id FROM audit_entries WHERE subject_id = $1', [
      subjectId,
    ]);
    return { params: { id: entry!.id } };
  },
  notice: async ({ sampark }, at) => ({ params: { id: await aNotice(sampark, { in: at.code }) } }),
};
