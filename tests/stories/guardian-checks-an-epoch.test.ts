// The tree, the manifest and the check on a real chain: what the contract pays is what the guardian was shown.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkEpoch } from '@stellary/epoch-check';
import { buildTree, type Leaf, leafHash, manifestDigest, type Place, writeManifest } from '@stellary/epochs';
import { type Address, createPublicClient, createWalletClient, type Hex, http } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { hardhat } from 'viem/chains';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rewardDistributor, stelaiToken } from '../../contracts/index.ts';
import { type EmbeddedChain, startEmbeddedChain } from '../../server/kit/embedded-chain.ts';
import { eventually } from '../eventually.ts';

const root = path.resolve(import.meta.dirname, '../..');
const account = privateKeyToAccount(generatePrivateKey());
const POOL = 1_000n * 10n ** 18n;

let folder: string;
let chain: EmbeddedChain;
let token: Address;
let place: Place & { distributor: Address };

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'epoch-'));
  chain = await startEmbeddedChain({ data_dir: path.join(folder, 'chain'), block_ms: 50 });
  await chain.fund(account.address, 10n ** 18n);
  const { abi, bytecode } = rewardDistributor;
  token = await deployed(
    wallet().deployContract({
      abi: stelaiToken.abi,
      bytecode: stelaiToken.bytecode,
      args: [account.address, POOL],
    }),
  );
  const { address } = account;
  const distributor = await deployed(
    wallet().deployContract({ abi, bytecode, args: [token, 1n, 0n, address, address, address] }),
  );
  place = { chain_id: chain.chain_id, distributor };
});
afterAll(async () => {
  await chain?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const wallet = () => createWalletClient({ account, transport: http(chain.url), chain: hardhat });
const reader = () => createPublicClient({ transport: http(chain.url), cacheTime: 0, pollingInterval: 10 });

async function deployed(hash: Promise<Hex>): Promise<Address> {
  const { contractAddress } = await reader().waitForTransactionReceipt({ hash: await hash });
  if (!contractAddress) throw new Error('it was not deployed');
  return contractAddress.toLowerCase() as Address;
}
const sent = async (hash: Promise<Hex>) => {
  const { status } = await reader().waitForTransactionReceipt({ hash: await hash });
  expect(status).toBe('success');
};
const contract = () => ({ address: place.distributor, abi: rewardDistributor.abi });

type Said = { code: number; failing: string[]; out: string };

/** As a guardian types it. */
const type = (...words: string[]) =>
  new Promise<Said>((said) =>
    execFile(
      process.execPath,
      [path.join(root, 'tools/tasks.ts'), 'verify', 'epoch', ...words],
      { cwd: root },
      (error, out, err) =>
        said({
          code: error ? Number(error.code ?? -1) : 0,
          failing: [...out.matchAll(/^FAILS {2}(\w+)/gm)].map(([, name = '']) => name),
          out: out + err,
        }),
    ),
  );

/** The same without the start of a process: which checks fail. */
async function check(epoch: Uint8Array, previous?: Uint8Array): Promise<string[]> {
  const against = { rpc: chain.url, distributor: place.distributor, ...(previous && { previous }) };
  const { findings } = await checkEpoch(epoch, against);
  return findings.filter(({ holds }) => !holds).map(({ name }) => name);
}

const manifest = (epoch: bigint, leaves: readonly Leaf[]) => writeManifest({ place, epoch, leaves });

async function propose(epoch: bigint, leaves: readonly Leaf[]) {
  const tree = await buildTree(place, leaves);
  const digest = manifestDigest(manifest(epoch, leaves));
  const args = [epoch, tree.root as Hex, digest as Hex, tree.total] as const;
  await sent(wallet().writeContract({ ...contract(), functionName: 'propose', args }));
  return tree;
}

test('a guardian sees what is proposed, and every leaf of it is paid', async () => {
  const leaves = Array.from({ length: 7 }, (_, index) => ({
    wallet: privateKeyToAccount(generatePrivateKey()).address.toLowerCase(),
    cumulative: BigInt(index + 1) * 10n ** 18n,
  }));
  const first = manifest(1n, leaves);
  expect(await check(first)).toEqual(['on_chain', 'funded']);

  const args = [place.distributor, POOL] as const;
  await sent(
    wallet().writeContract({ address: token, abi: stelaiToken.abi, functionName: 'transfer', args }),
  );
  const tree = await propose(1n, leaves);
  const file = path.join(folder, 'first.ndjson');
  fs.writeFileSync(file, first);
  const proposed = await type(file, '--rpc', chain.url, '--distributor', place.distributor);
  expect(proposed).toMatchObject({ code: 0, failing: [] });
  expect(proposed.out).toMatch(/^holds {2}on_chain: pending until /m);
  const others = [...leaves.slice(1), { wallet: account.address.toLowerCase(), cumulative: 10n ** 18n }];
  expect(await check(manifest(1n, others))).toEqual(['chain_root', 'chain_manifest']);

  await activate();
  for (const leaf of leaves) {
    const { proof = [] } = tree.proofOf(leaf.wallet) ?? {};
    const claim = [leaf.wallet as Address, leaf.cumulative, proof as Hex[]] as const;
    const leafOf = { ...contract(), functionName: 'leafOf', args: [claim[0], claim[1]] } as const;
    expect(await reader().readContract(leafOf)).toBe(leafHash(place, leaf));
    await sent(wallet().writeContract({ ...contract(), functionName: 'claim', args: claim }));
  }
  expect(await check(first)).toEqual([]);
  expect(await reader().readContract({ ...contract(), functionName: 'totalClaimed' })).toBe(tree.total);

  // the contract knows sums alone: that one wallet pays for another only the check sees
  const robbed = leaves.map((leaf, index) => ({
    ...leaf,
    cumulative: leaf.cumulative + (index === 6 ? -(10n ** 18n) : index === 0 ? 10n ** 18n : 0n),
  }));
  await propose(2n, robbed);
  const second = manifest(2n, robbed);
  expect(await check(second, first)).toEqual(['not_shrunk']);
  // an epoch before that was made up for it is not the one that the chain has
  const made_up = robbed.map((leaf) => ({ ...leaf, cumulative: 1n }));
  expect(await check(second, manifest(1n, made_up))).toEqual(['chain_previous']);
  await sent(wallet().writeContract({ ...contract(), functionName: 'veto' }));
  expect(await check(second, first)).toEqual(['not_shrunk', 'on_chain']);

  place = { ...place, distributor: token };
  expect(await check(first)).toEqual(['distributor', 'contract']);
});

async function activate() {
  await eventually('its time has come', async () => {
    const { timestamp } = await reader().getBlock();
    const [, , , , eta] = await reader().readContract({ ...contract(), functionName: 'pending' });
    return timestamp >= eta;
  });
  await sent(wallet().writeContract({ ...contract(), functionName: 'activate' }));
}
