import { ownerDataSource } from '../../src/platform/database/data-source.js';
import { installRoot } from '../../src/territories/root.js';
import { ShippedTree } from '../../src/territories/shipped-tree.js';
import type { Sampark } from '../support/sampark.js';

/** The root and the shipped tree, where the template database doesn't have them yet. Costs nothing where it does. */
export async function theRealTree(sampark: Sampark): Promise<void> {
  const owner = sampark.config.databaseOwnerUrl!;
  const source = await ownerDataSource(owner).initialize();
  const rows = await source
    .query<{ n: number }[]>('SELECT count(*)::int AS n FROM territories')
    .finally(() => source.destroy());
  if (rows[0]!.n > 1_000) return;
  await installRoot(
    { urls: { app: '', queue: '', owner }, secretKey: '', suppressionKeys: '', leave: async () => {} },
    sampark.config,
    async () => [],
  );
  await sampark.get(ShippedTree).load(await sampark.system());
}
