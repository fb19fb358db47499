import { isIP } from 'node:net';

/** A name with the ports that the two schemes leave away taken away. */
const plain = (host: string) =>
  host
    .trim()
    .toLowerCase()
    .replace(/:(80|443)$/, '');

/**
 * Which names we answer to. A page under any other name (a forged Host, or DNS rebinding) would be ours to everybody's
 * browser but not to us.
 * @param config outside production an address in digits or `localhost` will do as well: no other site has such a name,
 *   and somebody who tries the program out should not have to configure how
 */
export function hostRule(config: {
  baseUrl: string;
  allowedHosts?: string;
  production: boolean;
}): (host: string) => boolean {
  const names = [new URL(config.baseUrl).host, ...(config.allowedHosts?.split(/,\s*/) ?? [])];
  const known = new Set(names.map(plain));
  return (host) => known.has(plain(host)) || (!config.production && isNoName(plain(host)));
}

function isNoName(host: string): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host)?.[1] ?? '';
  return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) > 0;
}
