// What a claim costs in gas. A proof is as long as its tree is deep, so only the path is made, not the tree.
import { encodeAbiParameters, type Hex, keccak256, toHex } from 'viem';
import { pair, type Setting, stelai } from './setting.ts';

/** A tree of 16,000 wallets is 14 deep. */
export const DEPTHS = [4, 10, 14];
export const REPEAT_MAX = 70_000;

export type ClaimGas = { depth: number; first: number; repeat: number };

/** Of a wallet that holds the token already, and not the first of all, which costs the contract more. */
export async function claimGas(setting: Setting, depth: number): Promise<ClaimGas> {
  const { parts, token, fund } = setting;
  await fund('1000');
  await claim(setting, parts.cleo.address, stelai('1'), depth);
  await token.write.transfer([parts.ada.address, 1n]);
  const first = await claim(setting, parts.ada.address, stelai('10'), depth);
  const repeat = await claim(setting, parts.ada.address, stelai('20'), depth);
  return { depth, first, repeat };
}

async function claim(setting: Setting, wallet: Hex, cumulative: bigint, depth: number): Promise<number> {
  const { distributor, parts, chain_id, gasOf, publish } = setting;
  const leaf = keccak256(
    keccak256(
      encodeAbiParameters(
        [{ type: 'uint256' }, { type: 'address' }, { type: 'address' }, { type: 'uint256' }],
        [chain_id, distributor.at, wallet, cumulative],
      ),
    ),
  );
  const proof = Array.from({ length: depth }, (_, level) => keccak256(toHex(level)));
  const root = proof.reduce(pair, leaf);
  const total = stelai('1000');
  await publish({ root, total, proofOf: () => proof }, total);
  return Number(await gasOf(distributor.by(parts.relayer).claim([wallet, cumulative, proof])));
}
