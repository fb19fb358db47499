import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { fromRoot } from '../config/paths.js';

const require = createRequire(import.meta.url);
const ownFolder = fromRoot('templates', 'assets');
const normalize = require.resolve('modern-normalize/modern-normalize.css');
const fontFolder = join(dirname(require.resolve('@fontsource/mukta/package.json')), 'files');

/** Addresses of our files with a hash of their content, so that browsers may keep them for ever. */
export function assetAddresses(): Record<string, string> {
  const files: [name: string, address: string, path: string][] = [
    ['normalize', '/assets/base/modern-normalize.css', normalize],
    ...readdirSync(ownFolder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry): [string, string, string] => [entry.name, `/assets/${entry.name}`, join(ownFolder, entry.name)]),
  ];
  return Object.fromEntries(
    files.map(([name, address, path]) => [
      name.replaceAll('.', '_'),
      `${address}?v=${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 10)}`,
    ]),
  );
}

/** The organisation's colour as a sheet of its own: the policy on content allows no style inside a page. */
export const THEME_PATH = '/assets/theme.css';
export const themeSheet = (accent: string) => `:root{--accent:${accent}}`;

/** Serves our own sheet and scripts, the CSS base and the font; nothing comes from anywhere else. */
export async function serveAssets(server: FastifyInstance, accent: string | undefined): Promise<void> {
  if (accent)
    server.get(THEME_PATH, (_request, reply) =>
      reply.type('text/css').header('cache-control', 'max-age=31536000').send(themeSheet(accent)),
    );
  const forAYear = { maxAge: '365d', immutable: true } as const;
  await server.register(staticFiles, { root: ownFolder, prefix: '/assets/', ...forAYear, index: false });
  await server.register(staticFiles, {
    root: fontFolder,
    prefix: '/assets/fonts/',
    decorateReply: false,
    ...forAYear,
    index: false,
  });
  await server.register(staticFiles, {
    root: dirname(normalize),
    prefix: '/assets/base/',
    decorateReply: false,
    ...forAYear,
    index: false,
  });
}
