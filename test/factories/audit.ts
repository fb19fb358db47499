import { uuidv7 } from '../../src/platform/database/id.js';
import type { Sampark } from '../support/sampark.js';
import { aUser } from './users.js';

/** A notice about bulk reading, straight in the table; about a new member of that territory unless told. */
export async function aNotice(
  sampark: Sampark,
  { in: code, about }: { in: string; about?: { id: string } },
): Promise<string> {
  const id = uuidv7();
  const user = about ?? (await aUser(sampark, { role: 'team_member', in: code }));
  await sampark.sql(
    `INSERT INTO notices (id, path, kind, day, user_id, facts)
     SELECT $1, path, 'bulk_reading', current_date, $2, $3 FROM territories WHERE code = $4`,
    [id, user.id, { shown: 412, assigned: 35, limit: 200, role: 'team_member' }, code],
  );
  return id;
}
