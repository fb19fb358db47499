import { DataSource } from 'typeorm';
import type { Sampark } from './sampark.js';

/** Listens to every statement that the program sends, in order. @returns ends it, and gives their texts */
export function recordStatements(sampark: Sampark): () => string[] {
  const source = sampark.get(DataSource) as unknown as { logger: object };
  const { logger } = source;
  const statements: string[] = [];
  source.logger = Object.assign(Object.create(logger) as object, {
    logQuery: (sql: string) => void statements.push(sql),
  });
  return () => {
    source.logger = logger;
    return statements;
  };
}
