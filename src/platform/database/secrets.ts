import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an installation with the embedded database keeps for itself in DATA_DIR/secrets.json, mode 0600. */
export interface Secrets {
  superuser: string;
  owner: string;
  app: string;
  queue: string;
  secretKey: string;
  suppressionKeys: string;
}

const random = () => randomBytes(32).toString('base64url');

/** Reads the secrets of a data folder, or makes them: written aside and renamed, so that a crash leaves all or none. */
export function keepSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const secrets: Secrets = {
    superuser: random(),
    owner: random(),
    app: random(),
    queue: random(),
    secretKey: random(),
    suppressionKeys: `first:${random()}`,
  };
  write(file, secrets);
  return secrets;
}

/** Takes over the keys of another installation, whose data comes from a backup. */
export function takeOverKeys(dataDir: string, keys: Pick<Secrets, 'secretKey' | 'suppressionKeys'>): void {
  write(join(dataDir, 'secrets.json'), { ...keepSecrets(dataDir), ...keys });
}

function write(file: string, secrets: Secrets): void {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  chmodSync(aside, 0o600);
  renameSync(aside, file);
}
