import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { LOGGER } from '../../platform/log/logger.js';
import { usePlatforms, type PlatformRow } from '../platforms.js';

/** Other processes know of a change after so long at most. */
const EVERY_MS = 10_000;

const COLUMNS = `code, name_en, name_hi, aliases, hosts, paths, reserved, handle_signs, handle_min, handle_max,
  handle_any_script, profile_link, id_link, chat_link`;

/** Keeps what this process knows of the platforms up to date with their table. */
@Injectable()
export class PlatformCatalogue implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap() {
    await this.refresh();
    this.timer = setInterval(() => void this.refresh(), EVERY_MS).unref();
  }

  onApplicationShutdown() {
    clearInterval(this.timer);
  }

  /** Reads the table anew. Without it (before `migrate`, or while the database is away) what is known stays. */
  async refresh(): Promise<void> {
    try {
      usePlatforms(
        await this.dataSource.query<PlatformRow[]>(`SELECT ${COLUMNS} FROM platforms ORDER BY position, code`),
      );
    } catch (err) {
      this.log.debug({ err }, 'the platforms could not be read');
    }
  }
}
