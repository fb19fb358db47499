import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migrations only go forward: a step back is a new migration. */
export abstract class ForwardOnly implements MigrationInterface {
  /** The statements, in order; they may stand in one text. */
  protected abstract readonly statements: string[];

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of this.statements) await runner.query(statement);
  }

  down(): Promise<void> {
    throw new Error('Migrations are forward-only.');
  }
}
