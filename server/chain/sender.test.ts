import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createPublicClient, type Hex, http } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stelaiToken } from '../../contracts/index.ts';
import { type EmbeddedChain, startEmbeddedChain } from '../kit/embedded-chain.ts';
import { openSender } from './sender.ts';

const NEVER_MS = 10 * 60_000;
const CHAIN_ID = 31_337n;

let folder: string;
let node: EmbeddedChain;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sender-'));
  node = await startEmbeddedChain({ data_dir: folder, block_ms: NEVER_MS });
  await ask('evm_setAutomine', false);
});
afterAll(async () => {
  await node.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const nodes = () => createPublicClient({ transport: http(node.url), cacheTime: 0 });
const ask = (method: string, ...params: unknown[]) =>
  nodes().request({ method, params } as unknown as { method: 'eth_chainId' });
const feeOf = async (hash: Hex) => (await nodes().getTransaction({ hash })).maxFeePerGas ?? 0n;
const isInBlock = async (hash: Hex) =>
  nodes()
    .getTransactionReceipt({ hash })
    .then(
      () => true,
      () => false,
    );

async function senderOf(more: { hangs_ms?: number }) {
  const key = generatePrivateKey();
  await node.fund(privateKeyToAddress(key), 10n ** 18n);
  return openSender('publisher', key, { chain_id: CHAIN_ID, transport: http(node.url), ...more });
}

const call = (amount: bigint) => ({
  address: '0x00000000000000000000000000000000000000aa' as const,
  abi: stelaiToken.abi,
  functionName: 'transfer' as const,
  args: ['0x00000000000000000000000000000000000000bb', amount] as const,
});

test('who decides by what the chain is sends nothing while something of theirs is in no block', async () => {
  const sender = await senderOf({});
  const first = await sender.send(call(1n));
  await expect(sender.send(call(2n))).rejects.toMatchObject({ code: 'CHAIN_BUSY' });
  await ask('anvil_mine', '0x1');
  expect(await isInBlock(first.tx_hash)).toBe(true);
  const second = await sender.send(call(2n));
  await ask('anvil_mine', '0x1');
  expect(await isInBlock(second.tx_hash)).toBe(true);
});

test('what somebody asks for queues behind it, and both come into a block', async () => {
  const sender = await senderOf({});
  const sent = [await sender.send(call(1n)), await sender.send(call(2n), { behind: true })];
  await ask('anvil_mine', '0x1');
  expect(await Promise.all(sent.map(({ tx_hash }) => isInBlock(tx_hash)))).toEqual([true, true]);
});

test('what hangs is replaced for a higher fee, again and again, and is never in a block', async () => {
  const sender = await senderOf({ hangs_ms: 0 });
  const first = await sender.send(call(1n));
  const fee = await feeOf(first.tx_hash);
  const second = await sender.send(call(2n));
  const raised = await feeOf(second.tx_hash);
  const third = await sender.send(call(3n));
  expect(raised).toBeGreaterThanOrEqual((fee * 11n) / 10n);
  expect(await feeOf(third.tx_hash)).toBeGreaterThanOrEqual((raised * 11n) / 10n);
  await ask('anvil_mine', '0x1');
  expect(await Promise.all([first, second, third].map(({ tx_hash }) => isInBlock(tx_hash)))).toEqual([
    false,
    false,
    true,
  ]);
});

test('a fee is raised no further than ten times what the chain asks for', async () => {
  const sender = await senderOf({ hangs_ms: 0 });
  const first = await sender.send(call(1n));
  const asked = await feeOf(first.tx_hash);
  let last = first;
  for (let again = 0; again < 20; again += 1) last = await sender.send(call(BigInt(again))).catch(() => last);
  expect(await feeOf(last.tx_hash)).toBeGreaterThan(asked * 5n);
  expect(await feeOf(last.tx_hash)).toBeLessThanOrEqual(asked * 10n);
});
