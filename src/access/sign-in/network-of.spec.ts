import { describe, expect, it } from '@jest/globals';
import { networkOf } from './network-of.js';

describe('the network of an address', () => {
  it('is the address itself in IPv4, also inside IPv6', () => {
    expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
    expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7');
  });

  it('is the /64 in IPv6, however the address is written', () => {
    const same = [
      '2001:db8:12:34::1',
      '2001:0db8:0012:0034:ffff:1:2:3',
      '2001:DB8:12:34:a:b:c:d',
      '2001:db8:12:34::192.0.2.1',
    ];
    expect(new Set(same.map(networkOf))).toEqual(new Set(['2001:db8:12:34::/64']));
    expect(networkOf('2001:db8:12:35::1')).not.toBe(networkOf('2001:db8:12:34::1'));
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });

  it('is what was told where that is no address', () => {
    expect(networkOf('unknown')).toBe('unknown');
  });
});
