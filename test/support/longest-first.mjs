import { createRequire } from 'node:module';
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/**
 * These take half a minute and longer, as they start programs, servers and browsers of their own. They come first: where one
 * is left for the end, the other cores wait for it. On a fresh clone Jest knows no times, and goes by the size of the files.
 */
const LONGEST = [
  'browser/every-page',
  'flows/import-crash',
  'flows/erasure-crash',
  'browser/upload',
  'fuzz/openapi',
  'backup-embedded',
  'test/permissions',
  'embedded-postgres',
  'flows/import-command',
  'flows/import-rules',
  'flows/backup',
  'flows/audit-heads',
  'browser/whole-job',
  'test/shown',
].map((name) => `${name}.spec.ts`);

export default class LongestFirst extends Sequencer {
  async sort(tests) {
    const place = ({ path }) => {
      const at = LONGEST.findIndex((name) => path.endsWith(name));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(tests)).toSorted((a, b) => place(a) - place(b));
  }
}
