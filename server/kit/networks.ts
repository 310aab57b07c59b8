import ipaddr from 'ipaddr.js';

const NETWORK_PARTS = 4;

/** What counts as one address: of IPv6 the network, since every customer has 2^64 addresses of it. */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const network = address.parts.slice(0, NETWORK_PARTS).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}

/** Addresses that many places have: this machine, a local network, the shared ones of providers. */
const SHARED: readonly string[] = ['loopback', 'private', 'linkLocal', 'carrierGradeNat', 'uniqueLocal'];

/** The network of one household; null where the address says nothing of that. */
export const householdOf = (ip: string): string | null =>
  !ipaddr.isValid(ip) || SHARED.includes(ipaddr.process(ip).range()) ? null : networkOf(ip);
