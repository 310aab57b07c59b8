// Keys that everybody knows: the ten accounts of anvil's and hardhat's mnemonic. On a chain that others can reach,
// whoever wants to signs with them.
import { ChainFailed } from './failed.ts';

const PUBLIC_ADDRESSES: ReadonlySet<string> = new Set([
  '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
  '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc',
  '0x90f79bf6eb2c4f870365e785982e1f101e93b906',
  '0x15d34aaf54267db7d7c367839aaf71a00a2c6a65',
  '0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc',
  '0x976ea74026e726554db657fa54763abd0c3a0aa9',
  '0x14dc79964da2c08b23698b3d3cc7ca32193d9955',
  '0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f',
  '0xa0ee7a142d267c1f36714e4a8f75612f20a79720',
]);

/** The id that development chains have, the embedded one among them. */
const DEVELOPMENT_CHAIN_ID = 31_337n;

export function assertNoPublicKey(
  place: { chain_id: bigint; rpc_urls: readonly string[] },
  holders: Record<string, string | undefined>,
) {
  if (place.chain_id === DEVELOPMENT_CHAIN_ID && place.rpc_urls.every(isLoopback)) return;
  for (const [role, address] of Object.entries(holders))
    if (address !== undefined && PUBLIC_ADDRESSES.has(address.toLowerCase()))
      throw new ChainFailed(
        'CHAIN_KEY_IS_PUBLIC',
        `the ${role} is ${address}, whose key everybody knows: it is for a development chain on this machine only`,
      );
}

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
