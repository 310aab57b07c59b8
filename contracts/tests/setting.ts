// A chain in this process with a token, a distributor, and somebody for each part. Compiled from the sources, not from
// what is committed, so that a mistake in a source is one here.
import path from 'node:path';
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  custom,
  encodeAbiParameters,
  getContract,
  type Hex,
  keccak256,
  parseEther,
  stringToHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { type HDAccount, mnemonicToAccount } from 'viem/accounts';
import { hardhat as chain } from 'viem/chains';
import { once } from '../../tools/tasks/steps.ts';
import { compile, type Effort, type Hardhat, openHardhat } from '../compile.ts';
import { rewardDistributor, stelaiToken, timelockController } from '../index.ts';

/** A mutant brings its own, compiled already. */
export const isMutant = process.env.CONTRACTS_FOLDER !== undefined;
export const folder = process.env.CONTRACTS_FOLDER ?? path.resolve(import.meta.dirname, '..');
export const out = process.env.CONTRACTS_OUT ?? path.resolve(folder, '../.runtime/contracts');

const NO_EFFORT: Effort = { fuzz_runs: 1, invariant_runs: 1, invariant_depth: 1, unoptimized: isMutant };
const WORDS = 'test test test test test test test test test test test junk';
const PARTS = ['treasury', 'admin', 'publisher', 'guardian', 'relayer', 'ada', 'ben', 'cleo'] as const;

export const DELAY_S = 3_600n;
export const GRACE_S = 600n;
export const stelai = parseEther;
export const MANIFEST = keccak256(stringToHex('manifest'));

export type Leaf = readonly [wallet: Hex, cumulative: bigint];

/** Compiled at most once for all tests that run at the same time. */
export async function compiled(): Promise<Hardhat> {
  const hardhat = await openHardhat(folder, out, NO_EFFORT);
  if (!isMutant)
    await once(
      'contracts',
      () => false,
      () => compile(hardhat),
    );
  return hardhat;
}

export type Setting = Awaited<ReturnType<typeof openSetting>>;

export async function openSetting(hardhat: Hardhat) {
  const { provider } = await hardhat.network.create();
  const transport = custom(provider, { retryCount: 0 });
  const parts = Object.fromEntries(
    PARTS.map((part, addressIndex) => [part, mnemonicToAccount(WORDS, { addressIndex })]),
  ) as Record<(typeof PARTS)[number], HDAccount>;
  const reader = createPublicClient({ chain, transport, pollingInterval: 5, cacheTime: 0 });
  const time = createTestClient({ chain, transport, mode: 'hardhat' });
  const as = (account: HDAccount) => createWalletClient({ chain, transport, account });

  /** Of any contract, by the name in its source. */
  async function deploy(name: string, args: readonly unknown[] = []): Promise<Hex> {
    const { abi, bytecode } = await hardhat.artifacts.readArtifact(name);
    const hash = await as(parts.treasury).deployContract({ abi, bytecode: bytecode as Hex, args });
    const { contractAddress } = await reader.waitForTransactionReceipt({ hash });
    if (!contractAddress) throw new Error(`${name} was not deployed`);
    return contractAddress;
  }

  const { treasury, admin, publisher, guardian } = parts;
  const tokenAt = await deploy('StelaiToken', [treasury.address, stelai('1000000000')]);

  async function distributorFor(token: Hex, adminAt: Hex = admin.address) {
    return deploy('RewardDistributor', [
      token,
      DELAY_S,
      GRACE_S,
      adminAt,
      publisher.address,
      guardian.address,
    ]);
  }

  /** What somebody writes; answers with the gas that it took. */
  function face(at: Hex) {
    const contract = (account: HDAccount) =>
      getContract({
        address: at,
        abi: rewardDistributor.abi,
        client: { public: reader, wallet: as(account) },
      });
    return { at, read: contract(treasury).read, by: (account: HDAccount) => contract(account).write };
  }

  const token = getContract({
    address: tokenAt,
    abi: stelaiToken.abi,
    client: { public: reader, wallet: as(treasury) },
  });
  const distributor = face(await distributorFor(tokenAt));

  const gasOf = async (hash: Promise<Hex>) =>
    (await reader.waitForTransactionReceipt({ hash: await hash })).gasUsed;

  async function pass(seconds: bigint) {
    await time.increaseTime({ seconds: Number(seconds) });
    await time.mine({ blocks: 1 });
  }

  const fund = (amount: string, to = distributor) => token.write.transfer([to.at, stelai(amount)]);

  /** From proposed to live. */
  async function publish(tree: Tree, total: bigint = tree.total, to = distributor) {
    const [, , , epoch] = await to.read.live();
    await to.by(publisher).propose([epoch + 1n, tree.root, MANIFEST, total]);
    await pass(DELAY_S);
    await to.by(parts.relayer).activate();
  }

  /** As the builder of epochs does, and written apart from it. */
  function treeOf(leaves: readonly Leaf[], place: { chain?: bigint; at?: Hex } = {}): Tree {
    return plant(
      leaves.map(([wallet, cumulative]) =>
        keccak256(
          keccak256(
            encodeAbiParameters(
              [{ type: 'uint256' }, { type: 'address' }, { type: 'address' }, { type: 'uint256' }],
              [place.chain ?? BigInt(chain.id), place.at ?? distributor.at, wallet, cumulative],
            ),
          ),
        ),
      ),
      leaves.reduce((sum, [, cumulative]) => sum + cumulative, 0n),
    );
  }

  async function timelock(delay: bigint) {
    const at = await deploy('TimelockController', [delay, [admin.address], [admin.address], zeroAddress]);
    return getContract({
      address: at,
      abi: timelockController.abi,
      client: { public: reader, wallet: as(admin) },
    });
  }

  return {
    ...{
      hardhat,
      provider,
      chain_id: BigInt(chain.id),
      reader,
      time,
      parts,
      as,
      deploy,
      face,
      distributorFor,
    },
    ...{ token, distributor, gasOf, pass, fund, publish, treeOf, timelock },
  };
}

export type Tree = { root: Hex; total: bigint; proofOf(index: number): Hex[] };

/** Over hashes that are given: also over such as no honest builder would make. */
export function plant(hashes: readonly Hex[], total = 0n): Tree {
  const nodes: Hex[] = Array.from({ length: 2 * hashes.length - 1 }, () => zeroHash);
  hashes.forEach((hash, index) => (nodes[nodes.length - 1 - index] = hash));
  const at = (index: number) => nodes[index] ?? zeroHash;
  for (let i = hashes.length - 2; i >= 0; i--) nodes[i] = pair(at(2 * i + 1), at(2 * i + 2));
  return {
    root: at(0),
    total,
    proofOf(index) {
      const proof: Hex[] = [];
      for (let i = nodes.length - 1 - index; i > 0; i = (i - 1) >> 1) proof.push(at(i % 2 ? i + 1 : i - 1));
      return proof;
    },
  };
}

export const pair = (a: Hex, b: Hex): Hex =>
  keccak256(`0x${(BigInt(a) < BigInt(b) ? [a, b] : [b, a]).map((hash) => hash.slice(2)).join('')}`);
