/** Writes docs/permissions.md from the table of permissions that the tests walk. */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';

const { writtenOut } = await import('../test/permissions/written-out.ts');
writeFileSync(new URL('../docs/permissions.md', import.meta.url), writtenOut());
