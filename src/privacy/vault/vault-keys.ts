import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../platform/config/config.js';
import { SecretBox } from '../../platform/security/secret-box.js';

const PURPOSE = 'vault';

/** The keys of the vault, apart from every other: VAULT_KEYS, newest first. */
@Injectable()
export class VaultKeys implements OnApplicationBootstrap {
  private readonly boxes: { name: string; box: SecretBox }[];

  constructor(
    config: Config,
    private readonly dataSource: DataSource,
  ) {
    this.boxes = (config.vaultKeys ?? '')
      .split(',')
      .filter(Boolean)
      .map((pair) => {
        const at = pair.indexOf(':');
        return { name: pair.slice(0, at), box: new SecretBox(pair.slice(at + 1)) };
      });
  }

  /** @throws Error where something is sealed with a key that isn't there: the program doesn't start */
  async onApplicationBootstrap(): Promise<void> {
    const used = await this.dataSource.query<{ name: string }[]>('SELECT name FROM vault.keys_in_use() AS name');
    const missing = used.map(({ name }) => name).filter((name) => !this.boxes.some((key) => key.name === name));
    if (missing.length)
      throw new Error(`VAULT_KEYS: ${missing.join(', ')} must stay: entries of the vault are sealed with it.`);
  }

  /** By the newest key. @throws Error without any */
  seal(entryId: string, text: string): { keyName: string; sealed: Buffer } {
    const [newest] = this.boxes;
    if (!newest) throw new Error('VAULT_KEYS: is needed to seal');
    return { keyName: newest.name, sealed: newest.box.seal(PURPOSE, entryId, text) };
  }

  /** The text, or null where it doesn't open. */
  open(entryId: string, keyName: string, sealed: Buffer): string | null {
    return this.boxes.find(({ name }) => name === keyName)?.box.open(PURPOSE, entryId, sealed) ?? null;
  }
}
