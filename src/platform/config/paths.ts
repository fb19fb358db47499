import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, whether we run from `src` (tests) or from `dist/src`. */
export const projectRoot = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** An absolute path inside the project, e.g. `fromRoot('templates', 'pages')`. */
export const fromRoot = (...parts: string[]) => join(projectRoot, ...parts);
