export type MessageParams = Record<string, string | number | Date | boolean | null | undefined>;

/** One thing wrong with the input: which field (or row), and the key of the words for it. */
export interface FieldProblem {
  field: string;
  key: string;
  params?: MessageParams;
  /** The text with what must not be kept marked in it; pieces without a kind are as they should be. */
  marked?: MarkedPiece[];
}

export interface MarkedPiece {
  text: string;
  kind?: string;
}

/** Domain errors carry a message key; one filter turns them into HTTP, in the reader's language. */
export abstract class DomainError extends Error {
  constructor(
    readonly key: string,
    readonly params: MessageParams = {},
  ) {
    super(key);
    this.name = new.target.name;
  }

  /** Keeps the technical reason for the log. */
  causedBy(error: unknown): this {
    this.cause = error;
    return this;
  }
}

/** Not there, or outside the actor's territory: the two are never told apart. */
export class NotFound extends DomainError {
  constructor(key = 'errors.not_found', params?: MessageParams) {
    super(key, params);
  }
}

/** It was there, inside the actor's territory, and is no more. */
export class Gone extends DomainError {
  constructor(key = 'errors.gone', params?: MessageParams) {
    super(key, params);
  }
}

/** Inside the territory, without the permission. */
export class Forbidden extends DomainError {
  constructor(key = 'errors.forbidden', params?: MessageParams) {
    super(key, params);
  }
}

/** Nobody is signed in, or the token is not (or no longer) good. */
export class Unauthenticated extends DomainError {
  constructor(key = 'errors.unauthenticated', params?: MessageParams) {
    super(key, params);
  }
}

/** The state of the thing does not allow it. */
export class Conflict extends DomainError {}

/** Too many tries; `params.minutes` says how long to wait. */
export class TooMany extends DomainError {}

/** Bad input, field by field. */
export class Invalid extends DomainError {
  constructor(
    readonly problems: FieldProblem[],
    key = 'errors.invalid',
    params?: MessageParams,
  ) {
    super(key, params);
  }

  /** Bad input in a single field. */
  static field(field: string, key: string, params?: MessageParams) {
    return new Invalid([{ field, key, params }]);
  }
}
