import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from '../../../migrations/index.js';

/** The options of every connection we make; `entities` come from the modules. */
export function dataSourceOptions(url: string, more: Partial<DataSourceOptions> = {}): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    synchronize: false,
    migrationsRun: false,
    // Names of tables and columns are written out in the entities; nothing is guessed.
    logging: false,
    applicationName: 'sampark',
    ...more,
  } as DataSourceOptions;
}

/** Connects as the owner, for migrations alone. */
export function ownerDataSource(url: string, only: typeof migrations = migrations): DataSource {
  return new DataSource(
    dataSourceOptions(url, { migrations: only, migrationsTableName: 'migrations', migrationsTransactionMode: 'each' }),
  );
}
