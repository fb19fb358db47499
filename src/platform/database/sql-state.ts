import { QueryFailedError } from 'typeorm';

/** The SQLSTATE of a driver's error, through TypeORM's wrapping; undefined for other errors. */
export function sqlStateOf(error: unknown): string | undefined {
  const cause = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  return (cause as { code?: string } | null)?.code;
}
