import { Invalid } from '../platform/errors.js';
import { MAX_PASSWORD, MIN_PASSWORD } from './passwords.js';

/**
 * Long enough, and no more rules than that (NIST SP 800-63B, section 5.1.1.2); a later version adds the list of leaked ones.
 * @throws Invalid `password`
 */
export function checkNewPassword(password: string, field = 'password'): void {
  const length = [...password.normalize('NFKC')].length;
  if (length < MIN_PASSWORD) throw Invalid.field(field, 'validation.minLength', { min: MIN_PASSWORD });
  if (length > MAX_PASSWORD) throw Invalid.field(field, 'validation.maxLength', { max: MAX_PASSWORD });
}
