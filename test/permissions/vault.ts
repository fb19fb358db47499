import { uuidv7 } from '../../src/platform/database/id.js';
import { VaultKeys } from '../../src/privacy/vault/vault-keys.js';
import type { AUser } from '../factories/users.js';
import type { Row, Territory, Things, World } from './rows.js';

/** Nobody's but its keepers', and theirs only by twos. */
export const rows: Row[] = [
  { route: 'GET /vault', allowed: { vault_keeper: '200' } },
  { route: 'GET /vault/:id', thing: 'sealed entry', allowed: { vault_keeper: '200' } },
  {
    route: 'POST /vault/:id/openings',
    thing: 'sealed entry',
    send: () => ({ reason: 'Order 17/2027 of the court' }),
    allowed: { vault_keeper: '201' },
  },
  {
    route: 'POST /vault/:id/openings/:openingId/approvals',
    thing: 'entry asked for by another',
    send: () => ({ reason: 'Seen the order myself' }),
    allowed: { vault_keeper: '200' },
  },
  {
    route: 'POST /vault/:id/openings/:openingId/open',
    thing: 'entry approved by two',
    allowed: { vault_keeper: '200' },
  },
  { route: 'GET /vault/:id/openings/:openingId', thing: 'open entry', allowed: { vault_keeper: '200' } },
];

async function sealedEntry({ sampark }: World, at: Territory) {
  const id = uuidv7();
  const content = [{ people: [{ full_name: 'Sealed Somebody' }], consents: [{ state: 'given' }] }];
  const { keyName, sealed } = sampark.get(VaultKeys).seal(id, JSON.stringify(content));
  await sampark.sql(
    `INSERT INTO vault.entries (id, person, territory_id, jurisdiction, rule, key_name, sealed, purge_on)
     VALUES ($1, $2, $3, 'in', 'dpdp_rules_8_3', $4, $5, current_date + 365)`,
    [id, uuidv7(), at.id, keyName, sealed],
  );
  return { params: { id } };
}

async function opening(world: World, at: Territory, by: string[], openedBy: string | null = null) {
  const { params } = await sealedEntry(world, at);
  const openingId = uuidv7();
  await world.sampark.sql(
    `INSERT INTO vault.openings (id, entry_id, opened_at, opened_by) VALUES ($1, $2, CASE WHEN $3::uuid IS NULL THEN NULL ELSE now() END, $3)`,
    [openingId, params.id, openedBy],
  );
  for (const user of by)
    await world.sampark.sql(`INSERT INTO vault.approvals (opening_id, user_id, why) VALUES ($1, $2, 'Order 17/2027')`, [
      openingId,
      user,
    ]);
  return { params: { id: params.id, openingId } };
}

const somebody = '00000000-0000-7000-8000-00000000aaaa';
export const things: Things = {
  'sealed entry': sealedEntry,
  'entry asked for by another': (world, at) => opening(world, at, [somebody]),
  'entry approved by two': (world, at, as: AUser) => opening(world, at, [somebody, as.id]),
  'open entry': (world, at, as: AUser) => opening(world, at, [somebody, as.id], as.id),
};
