import { isIPv6 } from 'node:net';

const GROUPS = 8;

/**
 * The network that an address stands for, where tries are counted by it. One line gets a whole /64 of IPv6 (RFC 6177, RFC
 * 4291, section 2.5.4): counted by single addresses, it would have a new one for every guess.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const [first, last] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean));
  const missing = tail === undefined ? 0 : GROUPS - first!.length - last!.length - (tail.includes('.') ? 1 : 0);
  const groups = [...first!, ...Array<string>(missing).fill('0'), ...last!];
  return `${groups
    .slice(0, GROUPS / 2)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
