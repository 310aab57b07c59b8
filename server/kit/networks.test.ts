import { expect, test } from 'vitest';
import { householdOf, networkOf } from './networks.ts';

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['not an address', 'not an address'],
])('%s counts as %s', (ip, network) => expect(networkOf(ip)).toBe(network));

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['127.0.0.1', null],
  ['10.1.2.3', null],
  ['172.16.0.1', null],
  ['192.168.1.1', null],
  ['169.254.1.1', null],
  ['100.64.0.1', null],
  ['::1', null],
  ['fd00::1', null],
  ['fe80::1%eth0', null],
  ['', null],
])('%s is the household %s', (ip, household) => expect(householdOf(ip)).toBe(household));
