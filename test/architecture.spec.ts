import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fromRoot } from '../src/platform/config/paths.js';

const src = fromRoot('src');

/** A domain may use those before it, never those after. */
const ORDER = [
  'platform',
  'territories',
  'access',
  'audit',
  'teams',
  'sympathisers',
  'assignments',
  'outreach',
  'events',
  'mailings',
  'reports',
  'privacy',
  'demo',
];

interface Source {
  /** Relative to src, with `/`. */
  path: string;
  domain: string;
  text: string;
  imports: string[];
}

const sources: Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const text = readFileSync(join(src, name), 'utf8');
    return {
      path: name,
      domain: name.includes('/') ? name.split('/')[0]! : '',
      text,
      imports: [...text.matchAll(/^(?:import|export) [^;]*?from '(\.[^']+)'/gms)].map(([, to]) =>
        relative(src, normalize(join(src, dirname(name), to!))),
      ),
    };
  });
const code = sources.filter((source) => !source.path.endsWith('.spec.ts'));

describe('the house', () => {
  it('lets a domain import only from the platform and the domains above it', () => {
    const wrong: string[] = [];
    for (const source of code) {
      if (!ORDER.includes(source.domain)) continue;
      // The commands' frame stands beside main.ts, above all domains; a domain's own commands hang into it.
      if (source.path.endsWith('.cli.ts')) continue;
      for (const target of source.imports) {
        const to = target.split('/')[0]!;
        if (to === '..' || to === source.domain) continue;
        if (!ORDER.includes(to) || ORDER.indexOf(to) > ORDER.indexOf(source.domain))
          wrong.push(`${source.path} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has no cycle between domains', () => {
    const domains = new Set(code.map((source) => source.domain).filter(Boolean));
    expect([...domains].filter((domain) => !ORDER.includes(domain) && domain !== 'cli')).toEqual([]);
  });

  it('reads the environment in the configuration alone', () => {
    const readers = code.filter(
      (source) => /process\.env/.test(source.text) && source.path !== 'platform/config/config.ts',
    );
    expect(readers.map((source) => source.path)).toEqual([]);
  });

  it('knows HTTP only where it is spoken: services and queries throw domain errors', () => {
    const wrong = code.filter(
      (source) =>
        /\.(service|queries|entity|jobs)\.ts$/.test(source.path) &&
        /\bHttpException\b|(NotFound|Forbidden|BadRequest)Exception|from 'fastify'/.test(source.text),
    );
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  it('opens transactions in one place', () => {
    const wrong = code.filter(
      (source) =>
        /createQueryRunner|\.transaction\(|'BEGIN/.test(source.text) &&
        // One moment of two roles' tables, and filling them again: before there is a program, and no actor's work.
        !source.path.startsWith('platform/backup/') &&
        source.path !== 'platform/database/unit-of-work.ts',
    );
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  it('has no utils and no barrels', () => {
    expect(
      sources
        .filter((source) => /(^|\/)(utils?|helpers?|common|index)(\/|\.ts$)/.test(source.path))
        .map((source) => source.path),
    ).toEqual([]);
  });

  it('keeps its rooms small', () => {
    const long = sources
      .map((source) => ({ path: source.path, lines: source.text.split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
});

describe('the packages', () => {
  /** Versions below these have known holes that touch us. */
  const FLOORS: Record<string, string> = {
    typeorm: '1.1.0',
    handlebars: '4.7.10',
    nodemailer: '10.4.1',
    '@nestjs/core': '12.0.2',
    '@nestjs/common': '12.0.2',
    '@nestjs/platform-fastify': '12.0.2',
    fastify: '5.12.6',
    '@fastify/middie': '9.3.6',
    '@fastify/static': '10.1.4',
    'class-validator': '0.14.0',
  };

  it.each(Object.entries(FLOORS))('%s is at least %s, wherever it lies', (name, floor) => {
    const lock = JSON.parse(readFileSync(fromRoot('package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string }>;
    };
    const versions = Object.entries(lock.packages)
      .filter(([path]) => path.endsWith(`node_modules/${name}`))
      .map(([, entry]) => entry.version!);
    expect(versions.filter((version) => compare(version, floor) < 0)).toEqual([]);
  });
});

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).slice(0, 3).map(Number));
  for (let index = 0; index < 3; index++) if (left![index] !== right![index]) return left![index]! - right![index]!;
  return 0;
}
