/** Writes README's configuration table from the Config class; with --check only says whether it is current. */
import '../test/support/typescript.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';

await import(new URL('../src/platform/config/config.ts', import.meta.url).href);
const { documentedSettings } = await import(new URL('../src/platform/config/setting.ts', import.meta.url).href);

const readme = new URL('../README.md', import.meta.url);
const [begin, end] = ['<!-- configuration: made by `npm run docs` -->', '<!-- /configuration -->'];
const rows = documentedSettings().map(
  ({ env, doc, default: fallback }) => `| \`${env}\` | ${doc} | ${fallback ? `\`${fallback}\`` : ''} |`,
);
const table = ['', '| variable | what it is | default |', '| --- | --- | --- |', ...rows, ''].join('\n');

const text = readFileSync(readme, 'utf8');
const [before, rest] = text.split(begin);
const after = rest?.split(end)[1];
if (after === undefined) throw new Error('README.md has lost its configuration markers.');
const options = { ...(await prettier.resolveConfig(readme)), parser: 'markdown' };
const current = await prettier.format(`${before}${begin}\n${table}\n${end}${after}`, options);
if (process.argv.includes('--check')) process.exit(current === text ? 0 : 1);
writeFileSync(readme, current);
