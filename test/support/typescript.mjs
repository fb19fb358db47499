/**
 * Lets plain Node load our TypeScript, by the same compiler and settings as the build: for what runs outside Jest's
 * own module system (its global set-up, programs that tests start, the benchmarks). What was compiled once is kept, by its
 * content: a test that starts six programs would compile the whole source six times.
 */
import { transformSync, version } from '@swc/core';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, existsSync, writeFileSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const settings = readFileSync(new URL('../../.swcrc', import.meta.url), 'utf8');
const options = JSON.parse(settings);
const cache = new URL('../../node_modules/.cache/sampark-typescript/', import.meta.url);
mkdirSync(cache, { recursive: true });
enableCompileCache(fileURLToPath(new URL('v8', cache)));

registerHooks({
  resolve(specifier, context, next) {
    if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
      const typed = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(typed)) return { url: typed.href, format: 'module', shortCircuit: true };
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

function compiled(filename) {
  const source = readFileSync(filename, 'utf8');
  const key = createHash('sha256').update([version, settings, filename, source].join('\0')).digest('hex');
  const kept = new URL(`${key}.js`, cache);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = transformSync(source, { ...options, filename, swcrc: false, sourceMaps: 'inline' });
    // Whole or not at all, where several processes compile the same.
    const fresh = new URL(`${key}.${process.pid}`, cache);
    writeFileSync(fresh, code);
    renameSync(fresh, kept);
    return code;
  }
}
