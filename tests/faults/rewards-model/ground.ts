// A chain with our contracts whose blocks are made, taken back and put in another order by whoever plays with it.
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFunctionData, type Hex, keccak256, toHex } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { type Chance, shuffle } from '../../../bench/simulate/chance.ts';
import { rewardDistributor, stelaiToken } from '../../../contracts/index.ts';
import { type Chain, deployRewards, openChain } from '../../../server/chain/index.ts';
import { startEmbeddedChain } from '../../../server/kit/embedded-chain.ts';
import * as rewards from '../../../server/modules/rewards/index.ts';
import { quickFolder } from '../../../tools/quick-folder.ts';
import type { World } from '../../world.ts';

export const TOKEN = 10n ** 18n;
const SUPPLY = 1_000_000_000n * TOKEN;
const COINS = 1_000n * TOKEN;
const PURSE = 100_000_000n * TOKEN;
/** Of itself it makes none. */
const BLOCK_MS = 3_600_000;
/** So many blocks may go, and none that lies deeper. Anvil’s own two are too few for anything to happen in them. */
export const BLOCKS_TO_FINAL = 6;
/** A block is a second, so this is as many blocks. */
export const DELAY_S = 4n;
const GRACE_S = 25n;
const GAS = 400_000n;

/** What was in blocks that went. It may come again, as long as nothing else took its number. */
type Lost = { raw: Hex; from: string; nonce: number };
export type Reorganised = { dropped: number; reordered: boolean; depth: number };

export type Ground = {
  chain: Chain;
  guardian: PrivateKeyAccount;
  /** With coins and tokens, and nobody to us. */
  strangers: readonly [PrivateKeyAccount, ...PrivateKeyAccount[]];
  ask(method: string, ...params: unknown[]): Promise<unknown>;
  mine(blocks: number): Promise<void>;
  /** Whatever its outcome, without asking first whether it will do anything. */
  send(account: PrivateKeyAccount, call: { to: string; data: Hex }): Promise<Hex>;
  coinsFor(addresses: readonly string[]): Promise<void>;
  /** Until all that was sent is in a block; where blocks are held back it stays in the pool. */
  rest(): Promise<void>;
  holdBack(yes: boolean): Promise<void>;
  isHeldBack(): boolean;
  reorganise(chance: Chance): Promise<Reorganised | null>;
  /** The newest blocks are gone, and none has taken their place yet. */
  rollBack(chance: Chance): Promise<Reorganised | null>;
  /** Something of a block that went comes once more. */
  comeLate(chance: Chance): Promise<boolean>;
  end(): Promise<void>;
};

export const keyOf = (seed: number, name: string): PrivateKeyAccount =>
  privateKeyToAccount(keccak256(toHex(`model ${seed} ${name}`)));

/** Where the world of this seed pays. Its own context has no chain: flows are handed this one. */
export async function breakGround({ context }: World, seed: number): Promise<Ground> {
  const data_dir = await mkdtemp(path.join(quickFolder(), 'model-chain-'));
  const embedded = await startEmbeddedChain({ data_dir, block_ms: BLOCK_MS });
  const secretOf = (name: string) => keccak256(toHex(`model ${seed} ${name}`));
  const keys = {
    treasury: secretOf('treasury'),
    publisher: secretOf('publisher'),
    relayer: secretOf('relayer'),
  };
  const guardian = keyOf(seed, 'guardian');
  const strangers = [keyOf(seed, 'one'), keyOf(seed, 'another'), keyOf(seed, 'a third')] as const;
  const deployment = await deployRewards({
    ...{ chain: embedded, treasury_key: keys.treasury, guardian: guardian.address },
    publisher: keyOf(seed, 'publisher').address,
    relayer: keyOf(seed, 'relayer').address,
    ...{ supply: SUPPLY, delay_s: DELAY_S, grace_s: GRACE_S, admin_delay_s: 60n },
  });
  await context.database.inTransaction((tx) =>
    rewards.writeDeployment(tx, { ...deployment, is_embedded: true }, context.clock.now()),
  );
  const opened = await openChain({
    ...{ rpc_urls: [embedded.url], deployment, guardian: guardian.address, keys, embedded },
  });

  const ask = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(embedded.url, { method: 'POST', headers, body });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const coinsFor = async (addresses: readonly string[]) => {
    for (const address of addresses) await ask('anvil_setBalance', address, toHex(COINS));
  };
  await coinsFor([guardian, ...strangers].map(({ address }) => address));
  const treasury = privateKeyToAccount(keys.treasury);
  await ask('anvil_setBlockTimestampInterval', 1);

  let isHeldBack = false;
  let final = deployment.deployed_at;
  const lost: Lost[] = [];

  const head = async () => BigInt((await ask('eth_blockNumber')) as string);
  async function rest() {
    for (let tries = 0; !isHeldBack && tries < 500; tries += 1) {
      const { pending } = (await ask('txpool_status')) as { pending: string };
      if (BigInt(pending) === 0n) return;
      await sleep(2);
    }
    if (!isHeldBack) throw new Error('what was sent comes into no block');
  }
  const mine = async (blocks: number) => {
    if (blocks > 0) await ask('anvil_mine', toHex(blocks));
  };

  type Mined = { number: bigint; txs: Lost[] };
  async function blocksSince(first: bigint, last: bigint): Promise<Mined[]> {
    const blocks: Mined[] = [];
    for (let number = first; number <= last; number += 1n) {
      const { transactions } = (await ask('eth_getBlockByNumber', toHex(number), true)) as {
        transactions: { hash: Hex; from: string; nonce: Hex }[];
      };
      const txs: Lost[] = [];
      for (const { hash, from, nonce } of transactions)
        txs.push({
          raw: (await ask('eth_getRawTransactionByHash', hash)) as Hex,
          from,
          nonce: Number(nonce),
        });
      blocks.push({ number, txs });
    }
    return blocks;
  }

  /** How deep a reorganisation goes this time; zero where all is final. */
  async function depthOf(chance: Chance): Promise<{ depth: number; txs: Lost[] }> {
    await rest();
    const last = await head();
    const most = Number(last - (await finalNumber()));
    if (most < 1) return { depth: 0, txs: [] };
    const depth = 1 + chance.below(most);
    const blocks = await blocksSince(last - BigInt(depth) + 1n, last);
    return { depth, txs: blocks.flatMap(({ txs }) => txs) };
  }

  async function finalNumber(): Promise<bigint> {
    const now = (await head()) - BigInt(BLOCKS_TO_FINAL);
    if (now > final) final = now;
    return final;
  }

  const send: Ground['send'] = async (account, { to, data }) => {
    const nonce = Number((await ask('eth_getTransactionCount', account.address, 'pending')) as Hex);
    const raw = await account.signTransaction({
      ...{ type: 'eip1559', chainId: Number(opened.id), nonce, to: to as Hex, data, gas: GAS },
      ...{ maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n },
    });
    return (await ask('eth_sendRawTransaction', raw)) as Hex;
  };
  for (const { address } of strangers) await send(treasury, calls.give(opened, address, PURSE));
  await rest();

  return {
    guardian,
    strangers,
    ask,
    send,
    mine,
    rest,
    coinsFor,
    chain: {
      ...opened,
      // nobody kills this chain: what dies here are those who read it
      checkpoint: async () => {},
      // as far as this chain was final it stays so, though its newest blocks are gone for a moment
      finalized: async () => {
        await finalNumber();
        const now = (await head()) - BigInt(BLOCKS_TO_FINAL);
        return opened.blockAt(now < deployment.deployed_at ? deployment.deployed_at : now);
      },
    },
    async holdBack(yes) {
      if (yes === isHeldBack) return;
      isHeldBack = yes;
      await ask('evm_setAutomine', !yes);
      if (yes) return;
      await mine(1);
      await rest();
    },
    isHeldBack: () => isHeldBack,
    async reorganise(chance) {
      if (isHeldBack) return null;
      const { depth, txs } = await depthOf(chance);
      if (depth === 0) return null;
      const kept = chance.uniform() < 0.4 ? [] : inAnotherOrder(txs, chance);
      let place = 0;
      const placed = kept.map(({ raw }) => {
        place = Math.min(depth - 1, place + chance.below(2));
        return [raw, place];
      });
      await ask('anvil_reorg', depth, placed);
      const stayed = new Set(kept.map(({ raw }) => raw));
      const dropped = txs.filter(({ raw }) => !stayed.has(raw));
      lost.push(...dropped);
      const before = txs.filter(({ raw }) => stayed.has(raw)).map(({ raw }) => raw);
      const reordered = kept.some(({ raw }, index) => raw !== before[index]);
      return { dropped: dropped.length, reordered, depth };
    },
    async rollBack(chance) {
      if (isHeldBack) return null;
      const { depth, txs } = await depthOf(chance);
      if (depth === 0) return null;
      await ask('anvil_rollback', depth);
      lost.push(...txs);
      return { dropped: txs.length, reordered: false, depth };
    },
    async comeLate(chance) {
      for (const one of shuffle(lost, chance)) {
        const next = Number((await ask('eth_getTransactionCount', one.from, 'latest')) as Hex);
        if (next !== one.nonce) continue;
        lost.splice(lost.indexOf(one), 1);
        const sent = await ask('eth_sendRawTransaction', one.raw).catch(() => null);
        if (sent !== null) return true;
      }
      return false;
    },
    async end() {
      await embedded.stop();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

/** Some of them, those of one sender as they are numbered, and none after one of theirs that is missing. */
function inAnotherOrder(txs: readonly Lost[], chance: Chance): Lost[] {
  const bySender = new Map<string, Lost[]>();
  for (const tx of txs) bySender.set(tx.from, [...(bySender.get(tx.from) ?? []), tx]);
  const left = new Map(
    [...bySender].map(([from, own]) => {
      const most = chance.uniform() < 0.3 ? chance.below(own.length + 1) : own.length;
      return [from, own.toSorted((a, b) => a.nonce - b.nonce).slice(0, most)] as const;
    }),
  );
  const senders = shuffle(
    txs.map(({ from }) => from),
    chance,
  );
  return senders.flatMap((from) => left.get(from)?.shift() ?? []);
}

/** Calls that people send by themselves. */
export const calls = {
  give: (chain: Chain, to: string, amount: bigint) => ({
    to: chain.token,
    data: encodeFunctionData({
      abi: stelaiToken.abi,
      functionName: 'transfer',
      args: [to as Hex, amount],
    }),
  }),
  deposit: (chain: Chain, amount: bigint) => calls.give(chain, chain.distributor, amount),
  veto: (chain: Chain) => ({
    to: chain.distributor,
    data: encodeFunctionData({ abi: rewardDistributor.abi, functionName: 'veto' }),
  }),
  activate: (chain: Chain) => ({
    to: chain.distributor,
    data: encodeFunctionData({ abi: rewardDistributor.abi, functionName: 'activate' }),
  }),
};
