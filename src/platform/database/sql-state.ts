import { QueryFailedError } from 'typeorm';

/** Those that the program answers to, as the manual names them (PostgreSQL, appendix A). */
export const UNIQUE_VIOLATION = '23505';
export const FOREIGN_KEY_VIOLATION = '23503';
export const DEADLOCK_DETECTED = '40P01';
export const LOCK_NOT_AVAILABLE = '55P03';

/** The SQLSTATE of a driver's error, through TypeORM's wrapping; undefined for other errors. */
export function sqlStateOf(error: unknown): string | undefined {
  const cause = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  return (cause as { code?: string } | null)?.code;
}
