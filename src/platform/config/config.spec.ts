import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig, requireServing } from './config.js';

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    requireServing(loadConfig(env));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('the configuration', () => {
  it('comes up with nothing set, on the embedded database', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      embedded: true,
      production: false,
      rootCode: 'up',
      importFileDays: 7,
    });
  });

  it.each([
    [{ PORT: 'many' }, 'PORT'],
    [{ PORT: '70000' }, 'PORT'],
    [{ NODE_ENV: 'staging' }, 'NODE_ENV'],
    [{ PUBLIC_URL: 'sampark.example.org/x y' }, 'PUBLIC_URL'],
    [
      { DATABASE_URL: 'mysql://x/y', SECRET_KEY: 'x'.repeat(40), SUPPRESSION_KEYS: `a:${'x'.repeat(40)}` },
      'DATABASE_URL',
    ],
    [{ SMTP_URL: 'mail.example.org' }, 'SMTP_URL'],
    [{ SECRET_KEY: 'short' }, 'SECRET_KEY'],
    [{ SUPPRESSION_KEYS: 'short' }, 'SUPPRESSION_KEYS'],
    [{ SUPPRESSION_KEYS: `a:${'x'.repeat(40)},a:${'y'.repeat(40)}` }, 'SUPPRESSION_KEYS'],
    [{ BACKUP_KEY: 'short' }, 'BACKUP_KEY'],
    [{ IMPORT_FILE_DAYS: '0' }, 'IMPORT_FILE_DAYS'],
    [{ OIDC_ISSUER: 'http://accounts.example.org', OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'y' }, 'OIDC_ISSUER'],
    [{ OIDC_ISSUER: 'https://accounts.example.org', OIDC_CLIENT_SECRET: 'y' }, 'OIDC_CLIENT_ID'],
    [{ OIDC_ISSUER: 'https://accounts.example.org', OIDC_CLIENT_ID: 'x' }, 'OIDC_CLIENT_SECRET'],
    [{ OIDC_ONLY: 'true' }, 'OIDC_ONLY'],
    [{ OIDC_SECOND_FACTOR: 'perhaps' }, 'OIDC_SECOND_FACTOR'],
    [{ TIME_ZONE: 'Asia/Lucknow' }, 'TIME_ZONE'],
    [{ MAIL_FROM: 'nobody' }, 'MAIL_FROM'],
    [{ ROOT_CODE: 'Uttar Pradesh' }, 'ROOT_CODE'],
    [{ ORG_ACCENT: 'red' }, 'ORG_ACCENT'],
  ])('names the wrong variable: %j', (env, name) => {
    const problems = problemsOf(env);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((line) => line.startsWith(`${name}: `))).toBe(true);
  });

  it('wants a mail server and a public address in production, and its keys beside a server of its own', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
      'SMTP_URL: is needed in production',
      'PUBLIC_URL: is needed in production',
    ]);
    expect(problemsOf({ DATABASE_URL: 'postgres://a@b/c' }).map((line) => line.split(':')[0])).toEqual([
      'SECRET_KEY',
      'SUPPRESSION_KEYS',
    ]);
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ PORT: '', SMTP_URL: ' ' })).toMatchObject({ port: 3000, smtpUrl: undefined });
  });
});
