import { Secret, TOTP } from 'otpauth';
import { uuidv7 } from '../../src/platform/database/id.js';
import { SecretBox } from '../../src/platform/security/secret-box.js';
import type { Sampark } from '../support/sampark.js';

/** What an authenticator app with this secret (base32, blanks allowed) shows now. */
export const codeOf = (secret: string): string =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate();

/** A code that it doesn't show now, nor a moment ago or from now. */
export function wrongCodeFor(secret: string): string {
  const near = [-30, 0, 30].map((seconds) =>
    new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({
      timestamp: Date.now() + seconds * 1000,
    }),
  );
  return ['000000', '111111', '222222', '333333'].find((code) => !near.includes(code))!;
}

/** An authenticator app in use, straight in the tables. @returns its secret */
export async function anAuthenticatorApp(sampark: Sampark, user: { id: string }): Promise<string> {
  const secret = new Secret({ size: 20 }).base32;
  await sampark.sql(
    `INSERT INTO authenticator_apps (id, user_id, secret, made_in, confirmed_at)
     SELECT $1, $2, $3, s.id, now() FROM sessions s WHERE s.user_id = $2 LIMIT 1`,
    [uuidv7(), user.id, sampark.get(SecretBox).seal('authenticator-app', user.id, secret)],
  );
  return secret;
}

/** As if the half minute of the last code were over. */
export const aStepLater = (sampark: Sampark, user: { id: string }) =>
  sampark.sql('UPDATE authenticator_apps SET last_step = NULL WHERE user_id = $1', [user.id]);

/** Whoever acts in this role needs a second factor, from now on. */
export const demandSecondFactor = (sampark: Sampark, role: string, demand = true) =>
  sampark.sql('UPDATE roles SET second_factor = $2 WHERE code = $1', [role, demand]);
