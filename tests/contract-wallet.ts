import { concatHex, getCreate2Address, type Hex, numberToHex, size, toHex } from 'viem';

/**
 * A wallet that is a contract, in machine code: `isValidSignature(hash, signature)` lets the precompiled contract 1 find
 * out whose signature it is, and says the word of ERC-1271 if it is the owner's. What deploys it.
 */
export function contractWallet(owner: Hex): Hex {
  const code = concatHex([
    // hash, v, r and s to where contract 1 reads them
    '0x60043560005260a43560001a602052606435604052608435606052',
    '0x602060006080600060015afa50',
    ...(['0x60005173', owner, '0x14'] as const),
    '0x631626ba7e60e01b0260005260206000f3',
  ]);
  return concatHex(['0x60', numberToHex(size(code), { size: 1 }), '0x80600b6000396000f3', code]);
}

/** Whoever sends it a salt and code has this deployed, at an address that follows from both. anvil has it from the start. */
export const DEPLOYER: Hex = '0x4e59b44847b379578588920cA78FbF26c0B4956C';

/** The same before it is deployed: where it will be, and what has to be sent to the deployer. */
export function walletToCome(owner: Hex): { address: Hex; data: Hex } {
  const bytecode = contractWallet(owner);
  const salt = toHex(7, { size: 32 });
  return {
    address: getCreate2Address({ from: DEPLOYER, salt, bytecode }),
    data: concatHex([salt, bytecode]),
  };
}
