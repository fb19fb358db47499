import { hash, verify } from '@node-rs/argon2';

/** OWASP's second choice for argon2id (its default algorithm here): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const MIN_PASSWORD = 10;
export const MAX_PASSWORD = 200;

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), COST);

/** Of no password at all: checked where nobody is known, so that the time tells nothing. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ZJC0UeFxRDDzG9nFUlYDqJ6yTFYmUKHRhXzWHXWW3zA';

export async function checkPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? NOBODY, password.normalize('NFKC')).catch(() => false);
  return matches && passwordHash !== null;
}
