import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { PrivacySettings } from './privacy-settings.js';
import { documentedSettings } from './setting.js';

/** The environment, read once and checked. Nothing else in the program reads `process.env`. */
export class Config extends PrivacySettings {
  get production() {
    return this.nodeEnv === 'production';
  }

  get embedded() {
    return !this.databaseUrl;
  }

  /** Where people reach the program; in production always configured, else the address we listen on. */
  get baseUrl() {
    return this.publicUrl ?? `http://${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }

  /** Of the data protection officer: named wherever people are told about their data (DPDP Rules 2025, rule 9). */
  get officerMail() {
    return this.privacyMail ?? this.mailFrom;
  }

  /** Its name alone, as the ids of mails and of calendar entries end. */
  get hostName() {
    return new URL(this.baseUrl).hostname;
  }
}

/** A wrong environment; `problems` has a line per variable, `VARIABLE: what is wrong`. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is wrong:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads and checks the environment. An empty variable counts as unset.
 * @throws ConfigError that names each wrong variable
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const plain: Record<string, string> = {};
  for (const setting of documentedSettings()) {
    const value = env[setting.env]?.trim() || setting.default;
    if (value !== undefined) plain[setting.property] = value;
  }
  const config = plainToInstance(Config, plain);
  const nameOf = (property: string) => documentedSettings().find((s) => s.property === property)?.env ?? property;
  const problems = validateSync(config, { forbidUnknownValues: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}).map(
      (text) => `${nameOf(error.property)}: ${text.replace(new RegExp(`^${error.property} `), '')}`,
    ),
  );
  if (!config.embedded && !config.secretKey) problems.push('SECRET_KEY: is needed when DATABASE_URL is set');
  if (!config.embedded && !config.suppressionKeys)
    problems.push('SUPPRESSION_KEYS: is needed when DATABASE_URL is set');
  const names = config.suppressionKeys?.split(',').map((pair) => pair.split(':')[0]) ?? [];
  if (new Set(names).size < names.length) problems.push('SUPPRESSION_KEYS: has two keys of one name');
  if (config.oidcIssuer && !config.oidcClientId) problems.push('OIDC_CLIENT_ID: is needed when OIDC_ISSUER is set');
  if (config.oidcIssuer && !config.oidcClientSecret)
    problems.push('OIDC_CLIENT_SECRET: is needed when OIDC_ISSUER is set');
  if (config.oidcOnly && !config.oidcIssuer) problems.push('OIDC_ONLY: needs OIDC_ISSUER');
  if (config.vaultJurisdiction && !config.vaultKeys)
    problems.push('VAULT_KEYS: is needed when VAULT_JURISDICTION is set');
  if (problems.length) throw new ConfigError(problems);
  return config;
}

/**
 * What `sampark start` needs beyond a sound environment: a production installation that could not send mail, or
 * whose links led nowhere, must not come up.
 * @throws ConfigError
 */
export function requireServing(config: Config): void {
  const problems: string[] = [];
  if (config.production && !config.smtpUrl) problems.push('SMTP_URL: is needed in production');
  if (config.production && !config.publicUrl) problems.push('PUBLIC_URL: is needed in production');
  if (!config.embedded && config.process !== 'web' && !config.databaseQueueUrl)
    problems.push("DATABASE_QUEUE_URL: is needed for the worker's pool");
  if (!config.embedded && config.production && config.process !== 'web' && !config.erasureLogFile)
    problems.push('ERASURE_LOG_FILE: is needed by the worker in production, on a disk apart from the database');
  if (problems.length) throw new ConfigError(problems);
}
