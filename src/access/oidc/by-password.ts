import type { Config } from '../../platform/config/config.js';

/**
 * Whether somebody who holds these roles may come in past the provider, by password, code or mailed link. With `OIDC_ONLY`
 * it is the state admins' way back alone: a provider that is down, or wrongly set up, must not lock everybody out.
 */
export const mayUsePassword = (config: Pick<Config, 'oidcOnly'>, roles: readonly { role: string }[]): boolean =>
  !config.oidcOnly || roles.some(({ role }) => role === 'state_admin');
