import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPublicClient, createWalletClient, type Hex, http as over } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { eventually } from '../../tests/eventually.ts';
import { EmbeddedChainFailed, findAnvil, pauseAfter, startEmbeddedChain } from './embedded-chain.ts';
import { AlreadyRunning } from './instance-lock.ts';

let parent: string;
const folder = (name: string) => path.join(parent, name);
beforeAll(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-chain-'));
});
afterAll(() => {
  fs.rmSync(parent, { recursive: true, force: true });
});

const account = privateKeyToAccount(generatePrivateKey());
const startQuick = (name: string, lines: string[] = []) =>
  startEmbeddedChain({ data_dir: folder(name), block_ms: 50, log: (line) => lines.push(line) });
const clientOf = (url: string) => createPublicClient({ transport: over(url), cacheTime: 0 });

/** A contract whose constructor says one thing, without words: LOG0 of nothing. */
const SAYS_SOMETHING: Hex = '0x60006000a000';

async function transact(url: string): Promise<Hex> {
  const wallet = createWalletClient({ account, transport: over(url) });
  const hash = await wallet.sendTransaction({ data: SAYS_SOMETHING, chain: null });
  const receipt = await clientOf(url).waitForTransactionReceipt({ hash, pollingInterval: 10 });
  expect(receipt.logs).toHaveLength(1);
  return hash;
}

async function answerAs(url: string, request: http.IncomingMessage): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: await text(request) });
  return answer.text();
}

const isAlive = (pid: number) => {
  const file = `/proc/${pid}/cmdline`;
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8') !== '';
};

test('a chain keeps what happened on it: through a stop, and through a kill as of its last checkpoint', async () => {
  const first = await startQuick('kept');
  expect(first.is_new).toBe(true);
  expect(await first.isOurs()).toBe(true);
  await first.fund(account.address, 10n ** 18n);
  const early = await transact(first.url);
  const before = await clientOf(first.url).getTransactionReceipt({ hash: early });
  await eventually('the block of a transaction becomes final although nobody transacts', async () => {
    const { number } = await clientOf(first.url).getBlock({ blockTag: 'finalized' });
    return number >= before.blockNumber;
  });
  await first.stop();
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const lines: string[] = [];
  const second = await startQuick('kept', lines);
  try {
    expect(second.is_new).toBe(false);
    const client = clientOf(second.url);
    expect(await client.getTransactionReceipt({ hash: early })).toEqual(before);
    // what was final before can be asked for balances at a block of now
    const final = await client.getBlock({ blockTag: 'finalized' });
    expect(final.number).toBeGreaterThanOrEqual(before.blockNumber);
    await client.getBalance({ address: account.address, blockNumber: final.number });

    const unsaved = second.checkpoint();
    const saved = await transact(second.url);
    await Promise.all([unsaved, second.checkpoint()]);
    expect(fs.statSync(path.join(folder('kept'), 'state.json.gz')).mode & 0o777).toBe(0o600);
    const lost = await transact(second.url);
    process.kill(second.pid, 'SIGKILL');
    await eventually('it is started again', () => lines.length > 0 && second.isOurs());
    expect(lines).toEqual([
      'the embedded chain ended by itself: starting it again as of its last checkpoint',
    ]);
    expect((await client.getTransactionReceipt({ hash: saved })).logs).toHaveLength(1);
    await expect(client.getTransactionReceipt({ hash: lost })).rejects.toThrow(/could not be found/);

    await expect(startQuick('kept')).rejects.toThrow(AlreadyRunning);
  } finally {
    await second.stop();
  }
  expect(fs.readdirSync(folder('kept'))).toEqual(['state.json.gz']);
});

test.runIf(process.platform === 'linux')(
  'a page finds no WebSocket where pages look, though anvil takes one from whatever page',
  async () => {
    const chain = await startQuick('unseen');
    const opens = (url: string) =>
      new Promise<boolean>((resolve) => {
        const line = new WebSocket(url);
        line.onopen = () => resolve(true);
        line.onerror = () => resolve(false);
        line.onclose = () => resolve(false);
      });
    try {
      const { hostname, port } = new URL(chain.url);
      expect(await opens(`ws://${hostname}:${port}`)).toBe(true);
      for (const guess of ['127.0.0.1', 'localhost', '[::1]', '127.0.1.1', '0.0.0.0'])
        expect(await opens(`ws://${guess}:${port}`), guess).toBe(false);
    } finally {
      await chain.stop();
    }
  },
);

test('two are not taken for each other, nor is whoever came to the port of one that died', async () => {
  const [one, other] = await Promise.all([startQuick('one'), startQuick('other')]);
  try {
    expect(one.url).not.toBe(other.url);
    const genesis = await Promise.all(
      [one, other].map(({ url }) => clientOf(url).getBlock({ blockNumber: 1n })),
    );
    expect(genesis[0]?.hash).not.toBe(genesis[1]?.hash);

    // It answers as the other anvil would: the right chain id, another run.
    const stranger = http.createServer((request, response) => {
      void answerAs(other.url, request).then((answer) => response.end(answer));
    });
    stranger.on('error', () => {});
    process.kill(one.pid, 'SIGKILL');
    await eventually('the port is the stranger’s', () => {
      const { hostname, port } = new URL(one.url);
      if (!stranger.listening) stranger.listen(Number(port), hostname);
      return stranger.listening;
    });
    expect(await clientOf(one.url).getChainId()).toBe(Number(one.chain_id));
    expect(await one.isOurs()).toBe(false);
    stranger.close();
    stranger.closeAllConnections();
    await eventually('ours comes back', () => one.isOurs());
    expect((await clientOf(one.url).getBlock({ blockNumber: 1n })).hash).toBe(genesis[0]?.hash);
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
});

test.runIf(fs.existsSync('/proc/self/cmdline'))('it dies with a parent that was killed', async () => {
  const script = `const { startEmbeddedChain } = await import(${JSON.stringify(path.join(import.meta.dirname, 'embedded-chain.ts'))});
    const chain = await startEmbeddedChain({ data_dir: ${JSON.stringify(folder('orphan'))} });
    console.log(chain.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await eventually('anvil is gone', () => !isAlive(pid));

  const again = await startQuick('orphan');
  expect(again.is_new).toBe(false);
  await again.stop();
});

test('what it cannot do it says by name', async () => {
  const codeOf = async (act: () => unknown) => {
    try {
      await act();
      return undefined;
    } catch (error) {
      return error instanceof EmbeddedChainFailed ? error.code : error;
    }
  };
  fs.mkdirSync(folder('damaged'));
  fs.writeFileSync(path.join(folder('damaged'), 'state.json.gz'), 'half of it');
  expect(await codeOf(() => startQuick('damaged'))).toBe('CHAIN_STATE_DAMAGED');

  const here = { platform: 'linux', arch: 'x64', isMusl: () => false };
  expect(await codeOf(() => findAnvil({ ...here, isMusl: () => true }))).toBe('CHAIN_NEEDS_GLIBC');
  expect(await codeOf(() => findAnvil({ ...here, arch: 'riscv64' }))).toBe('CHAIN_NO_BINARY');
});

test('a chain where nothing happens slows down, and lets a delay pass all the same', () => {
  const day_ms = 86_400_000;
  let blocks = 0;
  for (let rest_ms = 0; rest_ms < day_ms; rest_ms += pauseAfter(rest_ms, 1_000)) blocks++;
  expect(blocks).toBeLessThan(250);
  // whoever waits for a time is late by an eighth of the wait
  expect(pauseAfter(60_000, 1_000)).toBe(7_500);
  expect(pauseAfter(3_000, 1_000)).toBe(1_000);
});
