import { uuidv7 } from '../../src/platform/database/id.js';
import { OwnLinks } from '../../src/sympathisers/own-links.js';
import type { Sampark } from '../support/sampark.js';

/** The address of the link to somebody's own data, as a letter would bring it to them: `/my-data/d.…`. */
export async function aLinkToOwnData(sampark: Sampark, personId: string): Promise<string> {
  const linkId = uuidv7();
  await sampark.sql(
    `INSERT INTO own_data_links (person_id, id, path, kind, expires_at) SELECT id, $2, path, 'data', now() + interval '1 day' FROM people WHERE id = $1`,
    [personId, linkId],
  );
  const [row] = await sampark.sql<{ version: number }>('SELECT link_version AS version FROM people WHERE id = $1', [
    personId,
  ]);
  return new URL(sampark.get(OwnLinks).data(personId, linkId, row!.version)).pathname;
}

/** Somebody whom they named to use their rights, straight into the table. */
export async function aNominee(
  sampark: Sampark,
  personId: string,
  { name = 'Kiran Devi', phone = '+919811100001', at = 'now()' } = {},
): Promise<void> {
  await sampark.sql(
    `INSERT INTO nominations (person_id, id, path, name, phone, named_at) SELECT id, $2, path, $3, $4, ${at} FROM people WHERE id = $1`,
    [personId, uuidv7(), name, phone],
  );
}
