import { uuidv7 } from '../../src/platform/database/id.js';
import { childPath } from '../../src/territories/path.js';
import { aUser, territoryByCode } from '../factories/users.js';
import type { Sampark } from '../support/sampark.js';
import type { Place, RoleCode, Territory, World } from './rows.js';

/** A small tree of its own below the root, so that nothing of the real one gets into the way. */
export async function aWorld(sampark: Sampark, named = 'walk'): Promise<World> {
  const { rootCode } = sampark.config;
  const root = await territoryByCode(sampark, rootCode);
  const state: Territory = { ...root, code: rootCode, level: 'state' };
  const region = await below(sampark, state, `${named}-region`, 'region');
  const otherRegion = await below(sampark, state, `${named}-other-region`, 'region');
  const district = await below(sampark, region, `${named}-district`, 'district');
  const otherDistrict = await below(sampark, region, `${named}-other-district`, 'district');
  const mandal = await below(sampark, district, `${named}-mandal`, 'mandal');
  // The second factor that this role asks for is another test's.
  await sampark.sql(`UPDATE roles SET second_factor = false WHERE code = 'vault_keeper'`);
  // Somebody stays, whoever else is shut out in a question.
  await aUser(sampark, { role: 'state_admin', in: state.code });
  return {
    sampark,
    state,
    region,
    otherRegion,
    district,
    otherDistrict,
    mandal,
    users: {
      state_admin: await aUser(sampark, { role: 'state_admin', in: state.code }),
      region_coordinator: await aUser(sampark, { role: 'region_coordinator', in: region.code }),
      district_convenor: await aUser(sampark, { role: 'district_convenor', in: district.code }),
      it_centre_operator: await aUser(sampark, { role: 'it_centre_operator', in: district.code }),
      data_protection_officer: await aUser(sampark, { role: 'data_protection_officer', in: district.code }),
      auditor: await aUser(sampark, { role: 'auditor', in: district.code }),
      organiser: await aUser(sampark, { role: 'organiser', in: district.code }),
      check_in_helper: await aUser(sampark, { role: 'check_in_helper', in: district.code }),
      team_lead: await aUser(sampark, { role: 'team_lead', in: district.code }),
      team_member: await aUser(sampark, { role: 'team_member', in: district.code }),
      vault_keeper: await aUser(sampark, { role: 'vault_keeper', in: district.code }),
    },
  };
}

/** The territory that is a place as seen by a role; none above or beside the state. */
export function territoryAt(world: World, role: RoleCode, place: Place): Territory | null {
  if (role === 'state_admin') return { own: world.state, below: world.district, neighbour: null, above: null }[place];
  if (role === 'region_coordinator')
    return { own: world.region, below: world.district, neighbour: world.otherRegion, above: world.state }[place];
  return { own: world.district, below: world.mandal, neighbour: world.otherDistrict, above: world.region }[place];
}

/** A new territory right below another. */
export async function below(sampark: Sampark, parent: Territory, code: string, level: string): Promise<Territory> {
  const id = uuidv7();
  const [up] = await sampark.sql<{ path: string; ordinal: number }>(
    'UPDATE territories SET children_made = children_made + 1 WHERE id = $1 RETURNING path, children_made AS ordinal',
    [parent.id],
  );
  const path = childPath(up!.path, up!.ordinal);
  await sampark.sql(
    'INSERT INTO territories (id, parent_id, path, code, level, name_en, name_hi) VALUES ($1, $2, $3, $4, $5, $4, $4)',
    [id, parent.id, path, code, level],
  );
  return { id, code, level, path };
}
