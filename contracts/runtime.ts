// Whether what lies on a chain is what was compiled here.
import { hexToBytes, type Hex, keccak256 } from 'viem';

/** What of a compiled contract lets one know it again. */
export type Runtime = {
  runtime_hash: string;
  /** `[start, length]` of what the constructor writes into the code: addresses, delays, hashes of the chain's id. */
  immutables: readonly (readonly [number, number])[];
};

/** Whether the code at an address is this contract, whatever its constructor was given. */
export function checkRuntime(contract: Runtime, code: Hex | undefined): boolean {
  return code !== undefined && runtimeHash(code, contract.immutables) === contract.runtime_hash;
}

export function runtimeHash(code: Hex, immutables: Runtime['immutables']): Hex {
  const bytes = hexToBytes(code);
  for (const [start, length] of immutables) bytes.fill(0, start, start + length);
  return keccak256(bytes);
}
