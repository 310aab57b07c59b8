import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTree } from '@stellary/epochs';
import {
  createWalletClient,
  decodeFunctionData,
  type Hex,
  http as over,
  serializeErc6492Signature,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { rewardDistributor } from '../../contracts/index.ts';
import { DEPLOYER, walletToCome } from '../../tests/contract-wallet.ts';
import { eventually } from '../../tests/eventually.ts';
import { type EmbeddedChain, startEmbeddedChain } from '../kit/embedded-chain.ts';
import {
  type Chain,
  ChainFailed,
  type ChainOptions,
  deployRewards,
  type Deployment,
  openChain,
} from './index.ts';

const newKey = () => {
  const key = generatePrivateKey();
  const account = privateKeyToAccount(key);
  return { key, account, address: account.address.toLowerCase() as Hex };
};
const [treasury, publisher, relayer, guardian, ada, ben] = [
  newKey(),
  newKey(),
  newKey(),
  newKey(),
  newKey(),
  newKey(),
];
const TOKEN = 10n ** 18n;
const MANIFEST: Hex = `0x${'11'.repeat(32)}`;
/** The first of anvil's own. */
const KNOWN_TO_ALL = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

let folder: string;
let node: EmbeddedChain;
let deployment: Deployment;
let chain: Chain;

const options = (more: Partial<ChainOptions> = {}): ChainOptions => ({
  rpc_urls: [node.url],
  deployment,
  guardian: guardian.address,
  keys: { publisher: publisher.key, relayer: relayer.key, treasury: treasury.key },
  embedded: node,
  ...more,
});

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chain-'));
  node = await startEmbeddedChain({ data_dir: folder, block_ms: 50 });
  deployment = await deployRewards({
    chain: node,
    treasury_key: treasury.key,
    publisher: publisher.address,
    guardian: guardian.address,
    relayer: relayer.address,
    supply: 1_000_000n * TOKEN,
    delay_s: 1n,
    grace_s: 3_600n,
    admin_delay_s: 60n,
  });
  chain = await openChain(options());
});
afterAll(async () => {
  await node.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function codeOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
    return 'nothing was wrong';
  } catch (error) {
    if (error instanceof ChainFailed) return error.refusal ? `${error.code} ${error.refusal}` : error.code;
    throw error;
  }
}

/** Waits until it is in a block that nothing takes back, and answers the number of that. */
const final = (sent: { tx_hash: Hex }) =>
  eventually('a transaction is final', async () => {
    const outcome = await chain.outcomeOf(sent);
    if (!outcome) return null;
    expect(outcome.succeeded).toBe(true);
    return (await chain.finalized()).number >= outcome.block_number ? outcome.block_number : null;
  });

const activate = async () => {
  await eventually('the delay is over', async () => {
    const { number, at } = await chain.latest();
    const { pending } = await chain.stateAt(number);
    return pending && at >= pending.eta;
  });
  return chain.activate();
};

test('deposit, root, delay, claim: each is seen where and when it happened', async () => {
  const leaves = [
    { wallet: ada.address, cumulative: 30n * TOKEN },
    { wallet: ben.address, cumulative: 12n * TOKEN },
  ];
  const place = { chain_id: chain.id, distributor: chain.distributor };
  const tree = await buildTree(place, leaves);
  const root = { epoch: 1n, root: tree.root, manifest: MANIFEST, total: tree.total };

  expect(await codeOf(chain.propose(root))).toBe('CHAIN_REFUSED NotFunded');
  const deposited = await final(await chain.deposit(50n * TOKEN));
  const proposed = await final(await chain.propose(root));
  expect(await codeOf(chain.propose(root))).toBe('CHAIN_REFUSED PendingExists');
  const vetoed = await final(await chain.veto());
  await chain.propose(root);
  const activated = await final(await activate());
  const claims = leaves.map(({ wallet, cumulative }) => ({
    wallet,
    cumulative,
    proof: tree.proofOf(wallet)?.proof ?? [],
  }));
  const stolen = claims.map((claim, index) => ({ ...claim, proof: claims[1 - index]?.proof ?? [] }));
  expect(await codeOf(chain.relayClaims(stolen))).toBe('CHAIN_REFUSED InvalidProof');
  const claimed = await final(await chain.relayClaims(claims));

  const states = await Promise.all([deposited, proposed, vetoed, activated, claimed].map(chain.stateAt));
  expect(states.map((one) => [one.balance / TOKEN, one.total_claimed / TOKEN])).toEqual([
    [50n, 0n],
    [50n, 0n],
    [50n, 0n],
    [50n, 0n],
    [8n, 42n],
  ]);
  expect(states.map((one) => [one.live?.root, one.pending?.root])).toEqual([
    [undefined, undefined],
    [undefined, tree.root],
    [undefined, undefined],
    [tree.root, undefined],
    [tree.root, undefined],
  ]);
  expect(states[4]).toMatchObject({ previous: null, is_paused: false, delay_s: 1n, grace_s: 3_600n });
  expect(states[4]?.live).toMatchObject({ epoch: 1n, manifest: MANIFEST, total: 42n * TOKEN });

  const wallets = [ada.address, ben.address, guardian.address];
  expect([...(await chain.claimedAt(activated, wallets)).values()]).toEqual([0n, 0n, 0n]);
  expect([...(await chain.claimedAt(claimed, wallets))]).toEqual([
    [ada.address, 30n * TOKEN],
    [ben.address, 12n * TOKEN],
    [guardian.address, 0n],
  ]);
  expect((await chain.claimedAt(claimed, [])).size).toBe(0);

  const events = await chain.eventsBetween(chain.deployed_at, claimed);
  expect(events.map(({ kind }) => kind)).toEqual([
    ...['role_granted', 'role_granted', 'role_granted', 'deposited', 'root_proposed', 'root_vetoed'],
    ...['root_proposed', 'root_activated', 'claimed', 'claimed'],
  ]);
  expect(events[3]).toMatchObject({ amount: 50n * TOKEN, from: treasury.address, block_number: deposited });
  expect(events[4]).toMatchObject({ epoch: 1n, root: tree.root, manifest: MANIFEST, total: 42n * TOKEN });
  expect(events[8]).toMatchObject({ wallet: ada.address, to: ada.address, amount: 30n * TOKEN, epoch: 1n });
  for (const event of events) {
    const block = await chain.blockAt(event.block_number);
    expect([event.block_hash, event.at]).toEqual([block.hash, block.at]);
  }
  const parts = [
    ...(await chain.eventsBetween(chain.deployed_at, activated)),
    ...(await chain.eventsBetween(activated + 1n, claimed)),
  ];
  expect(parts).toEqual(events);

  const again = await chain.relayClaims(claims); // passes over who was paid
  await final(again);
  expect((await chain.stateAt((await chain.finalized()).number)).total_claimed).toBe(42n * TOKEN);
});

test('a wallet that pays itself is given the call, and no key of ours is needed for it', async () => {
  const { latest, finalized } = chain;
  const { live } = await chain.stateAt((await latest()).number);
  const tree = await buildTree({ chain_id: chain.id, distributor: chain.distributor }, [
    { wallet: ada.address, cumulative: 31n * TOKEN },
    { wallet: ben.address, cumulative: 12n * TOKEN },
  ]);
  await chain.propose({
    epoch: (live?.epoch ?? 0n) + 1n,
    root: tree.root,
    manifest: MANIFEST,
    total: tree.total,
  });
  await final(await activate());

  const reader = await openChain(options({ keys: {}, publisher: publisher.address }));
  const proof = tree.proofOf(ada.address)?.proof ?? [];
  const call = reader.claimCall({ wallet: ada.address, cumulative: 31n * TOKEN, proof });
  const data = call.data as Hex;
  expect(decodeFunctionData({ abi: rewardDistributor.abi, data }).functionName).toBe('claim');
  await node.fund(ada.address, TOKEN);
  const wallet = createWalletClient({ account: ada.account, transport: over(node.url) });
  const tx_hash = await wallet.sendTransaction({ to: call.to, data, chain: null });
  const block = await final({ tx_hash });
  expect((await chain.claimedAt(block, [ada.address])).get(ada.address)).toBe(31n * TOKEN);
  expect((await finalized()).number).toBeLessThan((await latest()).number);

  expect(await codeOf(reader.activate())).toBe('CHAIN_KEY_MISSING');
  const poor = await openChain(options({ keys: { publisher: publisher.key, treasury: newKey().key } }));
  expect(await codeOf(poor.deposit(0n))).toBe('CHAIN_FEES_SHORT');
  expect(await reader.outcomeOf({ tx_hash: `0x${'ab'.repeat(32)}` })).toBeNull();
});

test('a signature is that of the address, or it is none', async () => {
  const signature = await ada.account.signMessage({ message: 'it is me' });
  expect(await chain.verifySignature(ada.address, 'it is me', signature)).toBe(true);
  expect(await chain.verifySignature(ben.address, 'it is me', signature)).toBe(false);
  expect(await chain.verifySignature(ada.address, 'it is somebody', signature)).toBe(false);
  expect(await chain.verifySignature(ada.address, 'it is me', 'words')).toBe(false);
  expect(await chain.verifySignature(ada.address, 'it is me', '0x')).toBe(false);
});

test('a contract says for itself whose signature it takes (ERC-1271), also before it is deployed (ERC-6492)', async () => {
  const message = 'it is me';
  const [hers, his] = [
    await ada.account.signMessage({ message }),
    await ben.account.signMessage({ message }),
  ];
  await node.fund(ada.address, TOKEN);
  const client = createWalletClient({ account: ada.account, transport: over(node.url) });
  const taken = async (address: Hex) =>
    Promise.all([hers, his].map((signature) => chain.verifySignature(address, message, signature)));

  const to_come = walletToCome(ada.address);
  expect(await taken(to_come.address)).toEqual([false, false]);
  const wrapped = [hers, his].map((signature) =>
    serializeErc6492Signature({ address: DEPLOYER, data: to_come.data, signature }),
  );
  const taken_before = await Promise.all(
    wrapped.map((signature) => chain.verifySignature(to_come.address, message, signature)),
  );
  expect(taken_before).toEqual([true, false]);
  // deploying something says nothing for the address of somebody else
  expect(await chain.verifySignature(ben.address, message, wrapped[0] ?? '')).toBe(false);
  await final({
    tx_hash: await client.sendTransaction({ to: DEPLOYER, data: to_come.data, chain: null }),
  });
  expect(await taken(to_come.address)).toEqual([true, false]);

  // a key whose account has code (EIP-7702) that knows nothing of signatures signs as ever
  const delegated = await client.signAuthorization({ contractAddress: chain.token, executor: 'self' });
  const tx_hash = await client.sendTransaction({
    ...{ to: ben.address, value: 0n, chain: null, authorizationList: [delegated] },
  });
  await eventually('the account has code', async () => chain.outcomeOf({ tx_hash }));
  expect(await taken(ada.address)).toEqual([true, false]);
});

describe('what is not ours is not opened', () => {
  const elsewhere = (more: Partial<Deployment>) => options({ deployment: { ...deployment, ...more } });

  test('another chain, other code, other roles', async () => {
    expect(await codeOf(openChain(elsewhere({ chain_id: 1n })))).toBe('CHAIN_WRONG');
    const { token, distributor, timelock } = deployment;
    expect(await codeOf(openChain(elsewhere({ token: distributor })))).toBe('CHAIN_CODE_DIFFERS');
    expect(await codeOf(openChain(elsewhere({ distributor: token })))).toBe('CHAIN_CODE_DIFFERS');
    expect(await codeOf(openChain(elsewhere({ timelock: ada.address })))).toBe('CHAIN_CODE_DIFFERS');
    const other = await deployRewards({
      chain: node,
      treasury_key: treasury.key,
      publisher: publisher.address,
      guardian: guardian.address,
      relayer: relayer.address,
      supply: TOKEN,
      delay_s: 1n,
      grace_s: 1n,
      admin_delay_s: 60n,
    });
    expect(await codeOf(openChain(elsewhere({ token: other.token })))).toBe('CHAIN_SETUP_DIFFERS');
    expect(await codeOf(openChain(elsewhere({ timelock: other.timelock })))).toBe('CHAIN_SETUP_DIFFERS');
    expect(timelock).not.toBe(other.timelock);
    expect(await codeOf(openChain(options({ guardian: ada.address })))).toBe('CHAIN_SETUP_DIFFERS');
    const stranger = { publisher: ada.key };
    expect(await codeOf(openChain(options({ keys: stranger })))).toBe('CHAIN_SETUP_DIFFERS');
  });

  test('a key that everybody knows, but on a development chain of this machine', async () => {
    const keys = { publisher: KNOWN_TO_ALL };
    const known = privateKeyToAccount(KNOWN_TO_ALL).address;
    const away = 'https://rpc.example.org';
    expect(await codeOf(openChain({ ...elsewhere({ chain_id: 8_453n }), keys }))).toBe('CHAIN_KEY_IS_PUBLIC');
    expect(await codeOf(openChain(options({ keys, rpc_urls: [node.url, away] })))).toBe(
      'CHAIN_KEY_IS_PUBLIC',
    );
    expect(await codeOf(openChain({ ...elsewhere({ chain_id: 8_453n }), guardian: known }))).toBe(
      'CHAIN_KEY_IS_PUBLIC',
    );
    // here it is only a stranger
    expect(await codeOf(openChain(options({ keys })))).toBe('CHAIN_SETUP_DIFFERS');
  });

  test('nobody who answers', async () => {
    expect(await codeOf(openChain(options({ rpc_urls: ['http://127.0.0.1:1'] })))).toBe('CHAIN_AWAY');
    expect(await codeOf(openChain(options({ rpc_urls: [] })))).toBe('CHAIN_AWAY');
    // the key of a provider stands in its address
    const asked = openChain(options({ rpc_urls: ['http://127.0.0.1:1/v2/canary-of-a-key'] }));
    const error = await asked.catch((one: unknown) => one);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary');
  });
});

// --- A node between, that says other things --------------------------------------------------------------------

type Answer = Record<string, unknown>;
type Twist = (method: string, result: unknown) => unknown;

async function startLiar(): Promise<{ url: string; twist: Twist; isSilent: boolean; stop(): void }> {
  const liar = { url: '', twist: ((_, result) => result) as Twist, isSilent: false, stop: () => {} };
  const server = http.createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      if (liar.isSilent) return request.socket.destroy();
      const headers = { 'content-type': 'application/json' };
      const answer = (await (await fetch(node.url, { method: 'POST', headers, body })).json()) as Answer;
      const { method } = JSON.parse(body) as { method: string };
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify({ ...answer, result: liar.twist(method, answer['result']) }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  liar.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  liar.stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return liar;
}

test('a node that lies is found out where its words do not fit, and one that is silent has a second', async () => {
  const liar = await startLiar();
  try {
    const only =
      (wanted: string, change: (result: unknown) => unknown): Twist =>
      (method, result) =>
        method === wanted ? change(result) : result;
    const opened = () => openChain(options({ rpc_urls: [liar.url] }));

    liar.twist = only('eth_chainId', () => '0x1');
    expect(await codeOf(opened())).toBe('CHAIN_WRONG');
    expect(await codeOf(openChain(options({ rpc_urls: [node.url, liar.url] })))).toBe('CHAIN_WRONG');
    liar.twist = only('eth_getCode', (code) => `${String(code).slice(0, -2)}00`);
    expect(await codeOf(opened())).toBe('CHAIN_CODE_DIFFERS');

    liar.twist = (_, result) => result;
    const told = await opened();
    const { number: to } = await chain.finalized();
    const read = () => codeOf(told.eventsBetween(told.deployed_at, to));
    expect(await read()).toBe('nothing was wrong');

    const eachLog = (change: (log: Answer) => Answer) =>
      only('eth_getLogs', (logs) => (logs as Answer[]).map(change));
    const lies: Record<string, Twist> = {
      'of another contract': eachLog((log) =>
        log['address'] === told.distributor ? { ...log, address: ada.address } : log,
      ),
      'of another block': eachLog((log) => ({ ...log, blockHash: `0x${'77'.repeat(32)}` })),
      'of a block not asked for': eachLog((log) => ({ ...log, blockNumber: `0x${(to + 9n).toString(16)}` })),
      'of a block that is not there yet': eachLog((log) => ({ ...log, blockNumber: null })),
      'taken back': eachLog((log) => ({ ...log, removed: true })),
      'told twice': only('eth_getLogs', (logs) => [...(logs as Answer[]), ...(logs as Answer[])]),
      'of an event that there is not': eachLog((log) => ({ ...log, topics: [`0x${'55'.repeat(32)}`] })),
      'of a block with another number': only('eth_getBlockByNumber', (block) => ({
        ...(block as Answer),
        number: '0x1',
      })),
    };
    for (const [what, twist] of Object.entries(lies)) {
      liar.twist = twist;
      expect(await read(), what).toBe('CHAIN_LIES');
    }
    liar.twist = only('eth_getBlockByNumber', (block) => ({ ...(block as Answer), timestamp: 'soon' }));
    expect(await read()).toBe('CHAIN_LIES');
    let asked = 0;
    liar.twist = only('eth_getBlockByNumber', (block) => ({
      ...(block as Answer),
      hash: `0x${String(++asked).padStart(64, '0')}`,
    }));
    expect(await read()).toBe('CHAIN_MOVED');

    liar.twist = (_, result) => result;
    const two = await openChain(options({ rpc_urls: [liar.url, node.url] }));
    liar.isSilent = true;
    expect(await two.eventsBetween(two.deployed_at, to)).toEqual(
      await chain.eventsBetween(two.deployed_at, to),
    );
    expect(await codeOf(told.latest())).toBe('CHAIN_AWAY');
    const signature = await ada.account.signMessage({ message: 'it is me' });
    expect(await codeOf(told.verifySignature(ben.address, 'it is me', signature))).toBe('CHAIN_AWAY');

    // It comes back as another chain: then it is not asked.
    liar.isSilent = false;
    liar.twist = only('eth_chainId', () => '0x1');
    expect(await codeOf(told.latest())).toBe('CHAIN_WRONG');
    expect((await two.latest()).number).toBeGreaterThan(0n);
  } finally {
    liar.stop();
  }
});

test('a block that the node does not have is said by name', async () => {
  const { number } = await chain.latest();
  expect(await codeOf(chain.blockAt(number + 1_000n))).toBe('CHAIN_BLOCK_UNKNOWN');
  expect(await codeOf(chain.stateAt(number + 1_000n))).toBe('CHAIN_BLOCK_UNKNOWN');
});

test('what was checkpointed is there after a kill, under the same face', async () => {
  const sent = await chain.deposit(TOKEN);
  const block = await final(sent);
  const before = await chain.eventsBetween(chain.deployed_at, block);
  await chain.checkpoint();
  const { hash } = await chain.blockAt(block);
  process.kill(node.pid, 'SIGKILL');
  await eventually('it is back', () => node.isOurs());
  await eventually('its final block has its balances', async () => {
    const { number } = await chain.finalized();
    return number > block && (await chain.stateAt(number)).balance > 0n;
  });
  expect((await chain.blockAt(block)).hash).toBe(hash);
  expect(await chain.eventsBetween(chain.deployed_at, block)).toEqual(before);
});
