import type { Config } from '../config/config.js';
import { joinEmbeddedServer, type DatabaseUrls, type EmbeddedServer } from './embedded-postgres.js';

/** A database to work with: a server of somebody's, or the embedded one that we joined. */
export interface Database {
  urls: DatabaseUrls;
  secretKey: string;
  suppressionKeys: string;
  /** Leaves the embedded server (the last one out stops it); does nothing for a server. */
  leave(): Promise<void>;
  embedded?: EmbeddedServer;
}

/**
 * One code path for both kinds: from here on only the addresses differ.
 * @throws Error that says what to do when the embedded server cannot be joined
 */
export async function openDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl) {
    return {
      urls: {
        app: config.databaseUrl,
        owner: config.databaseOwnerUrl ?? '',
        queue: config.databaseQueueUrl ?? '',
      },
      secretKey: config.secretKey!,
      suppressionKeys: config.suppressionKeys!,
      leave: async () => {},
    };
  }
  const embedded = await joinEmbeddedServer(config.dataDir);
  return {
    urls: embedded.urls,
    secretKey: config.secretKey ?? embedded.secrets.secretKey,
    suppressionKeys: config.suppressionKeys ?? embedded.secrets.suppressionKeys,
    leave: () => embedded.leave(),
    embedded,
  };
}
