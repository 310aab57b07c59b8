import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tests/eventually.ts';
import { openFreshDatabase } from '../tests/setup/database.ts';
import { readChainKey } from './chain-keys.ts';
import type { ChainSetting } from './chain-setting.ts';
import { addressOf, ChainFailed } from './chain/index.ts';
import { systemClock } from './kit/clock.ts';
import { type EmbeddedChain, startEmbeddedChain } from './kit/embedded-chain.ts';
import { createLog } from './kit/log.ts';
import * as rewards from './modules/rewards/index.ts';
import { ChainRefused, openRewardsChain, type RewardsChainNeeds } from './rewards-chain.ts';

const MILLION = 1_000_000n * 10n ** 18n;
const OURS: ChainSetting = { kind: 'embedded', is_asked_for: true, delay_s: 1n, grace_s: 60n };
const ELSEWHERE = `0x${'ee'.repeat(20)}`;

let parent: string;
let keys_dir: string;
let embedded: EmbeddedChain;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'rewards-chain-'));
  keys_dir = path.join(parent, 'keys');
  embedded = await startChain('chain');
});
afterAll(async () => {
  for (const act of undo) await act();
  fs.rmSync(parent, { recursive: true, force: true });
});

async function startChain(name: string): Promise<EmbeddedChain> {
  const chain = await startEmbeddedChain({ data_dir: path.join(parent, name), block_ms: 50 });
  undo.push(() => chain.stop());
  return chain;
}

async function installation(): Promise<RewardsChainNeeds> {
  const { database, drop } = await openFreshDatabase();
  undo.push(drop);
  return {
    config: { chain: OURS, keys_dir },
    database,
    clock: systemClock,
    log: createLog('silent'),
    embedded,
  };
}

async function codeOf(opened: Promise<unknown>): Promise<string> {
  try {
    await opened;
    return 'it was opened';
  } catch (error) {
    if (error instanceof ChainRefused || error instanceof ChainFailed) return error.code;
    throw error;
  }
}

/** A way to a node on which nobody answers until it is up. */
async function openLine(to: string): Promise<{ url: string; is_up: boolean }> {
  const line = { url: '', is_up: false };
  const server = http.createServer((request, response) => {
    if (!line.is_up) return void request.socket.destroy();
    const headers = { 'content-type': 'application/json' };
    void text(request)
      .then((body) => fetch(to, { method: 'POST', headers, body }))
      .then(async (answer) => response.writeHead(200, headers).end(await answer.text()));
  });
  await new Promise<void>((heard) => server.listen(0, '127.0.0.1', heard));
  undo.push(async () => void server.close());
  const { port } = server.address() as AddressInfo;
  line.url = `http://127.0.0.1:${port}`;
  return line;
}

const knownTo = async ({ database }: RewardsChainNeeds) => {
  const known = await rewards.deploymentOf(database.db);
  if (!known) throw new Error('nothing was written down');
  return known;
};

test('the first start puts contracts on the chain and a million into them; the next one finds them', async () => {
  const ours = await installation();
  const { chain, state } = await openRewardsChain(ours);
  const known = await knownTo(ours);
  expect(chain).toMatchObject({ ...{ id: 31_337n, is_embedded: true }, distributor: known.distributor });
  expect(await state()).toBe('ok');
  const { number } = await chain!.latest();
  expect(await chain!.stateAt(number)).toMatchObject({ balance: MILLION, delay_s: 1n, grace_s: 60n });

  const again = await openRewardsChain(ours);
  expect(again.chain).toMatchObject({ token: known.token, distributor: known.distributor });
  expect(await knownTo(ours)).toEqual(known);
  const { number: later } = await again.chain!.latest();
  const seen = await again.chain!.eventsBetween(known.deployed_at, later);
  expect(seen.filter(({ kind }) => kind === 'deposited')).toHaveLength(1);
});

test('a start that was cut short before it wrote that down is as if it had not been', async () => {
  const ours = await installation();
  const { database } = ours;
  const cut = { ...database, inTransaction: () => Promise.reject(new Error('pulled the plug')) };
  await expect(openRewardsChain({ ...ours, database: cut })).rejects.toThrow('pulled the plug');
  expect(await rewards.deploymentOf(database.db)).toBeNull();

  const { chain } = await openRewardsChain(ours);
  expect(chain?.distributor).toBe((await knownTo(ours)).distributor);
  expect((await chain!.stateAt((await chain!.latest()).number)).balance).toBe(MILLION);
});

test('of two that start at once on one database, the second is told that the books hang on the other', async () => {
  const ours = await installation();
  const { database } = ours;
  const first = { chain_id: 31_337n, token: ELSEWHERE, distributor: ELSEWHERE, timelock: ELSEWHERE };
  const late: typeof database.inTransaction = (act) =>
    database.inTransaction(async (tx) => {
      await rewards.writeDeployment(tx, { ...first, deployed_at: 1n, is_embedded: true }, new Date());
      return act(tx);
    });
  const opened = openRewardsChain({ ...ours, database: { ...database, inTransaction: late } });
  expect(await codeOf(opened)).toBe('CHAIN_IS_ANOTHER');
  expect(await knownTo(ours)).toMatchObject({ distributor: ELSEWHERE });
});

test('a chain that forgot, and keys that are others, are not gone on with', async () => {
  const ours = await installation();
  await openRewardsChain(ours);
  const fresh = await startChain('fresh');
  expect(await codeOf(openRewardsChain({ ...ours, embedded: fresh }))).toBe('CHAIN_FORGOT');
  const keyless = { ...ours, config: { ...ours.config, keys_dir: path.join(parent, 'other-keys') } };
  expect(await codeOf(openRewardsChain(keyless))).toBe('CHAIN_FORGOT');
});

test('a chain of others is waited for while it is away, and refused when it is not the one that was named', async () => {
  const ours = await installation();
  await openRewardsChain(ours);
  const { chain_id, token, distributor, timelock, deployed_at } = await knownTo(ours);
  const deployment = { chain_id, token, distributor, timelock, deployed_at };
  const fileOf = (holder: string) => path.join(keys_dir, 'chain', `${holder}.key`);
  const setting = {
    kind: 'elsewhere' as const,
    rpc_urls: [embedded.url],
    deployment,
    guardian: addressOf(await readChainKey(fileOf('guardian'))),
    publisher: null,
    publisher_key_file: fileOf('publisher'),
    relayer_key_file: null,
  };
  const theirs = await installation();
  const openAs = (more: Partial<typeof setting>, on: RewardsChainNeeds = theirs) =>
    openRewardsChain({
      ...on,
      ...{ config: { keys_dir, chain: { ...setting, ...more } }, embedded: undefined, again_ms: 20 },
    });

  const line = await openLine(embedded.url);
  const waiting = await openAs({ rpc_urls: [line.url] });
  expect([waiting.chain, await waiting.state()]).toEqual([null, 'away']);
  expect(await rewards.deploymentOf(theirs.database.db)).toBeNull();
  line.is_up = true;
  await eventually('the chain is there without a restart', () => waiting.chain !== null);
  expect(waiting.chain).toMatchObject({ is_embedded: false, distributor: deployment.distributor });
  expect(await knownTo(theirs)).toEqual({ ...deployment, is_embedded: false });
  line.is_up = false;
  expect(await waiting.state()).toBe('away');
  waiting.close();

  const named = (more: Partial<typeof deployment>) => ({ deployment: { ...deployment, ...more } });
  expect(await codeOf(openAs(named({ distributor: ELSEWHERE })))).toBe('CHAIN_IS_ANOTHER');
  expect(await codeOf(openAs(named({ chain_id: 1n })))).toBe('CHAIN_IS_ANOTHER');
  const fresh = await installation();
  expect(await codeOf(openAs(named({ distributor: ELSEWHERE }), fresh))).toBe('CHAIN_CODE_DIFFERS');
  expect(await codeOf(openAs(named({ chain_id: 1n }), fresh))).toBe('CHAIN_WRONG');
  expect(await rewards.deploymentOf(fresh.database.db)).toBeNull();
});

test('a file that holds no key is said by its name, and not what is in it', async () => {
  const file = path.join(parent, 'no.key');
  fs.writeFileSync(file, 'canary of a key\n');
  const said = await readChainKey(file).catch((error: unknown) => inspect(error, { depth: 9 }));
  expect(said).toContain(file);
  expect(said).not.toContain('canary');
});
