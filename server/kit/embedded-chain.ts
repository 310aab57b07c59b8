// An Ethereum chain for a machine that has none: starts, watches and stops the anvil of @foundry-rs/anvil-<platform>.
// It listens on an address and a port of loopback that nobody can guess. What it knows lies in its memory, and on disk as of the last
// checkpoint: what came after that is forgotten when it is killed, as a chain forgets what was not final.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { syncFolder } from './files.ts';
import { takeInstanceLock } from './instance-lock.ts';

export type EmbeddedChain = {
  /** For the life of this object: a chain that died is started again on its port. */
  url: string;
  chain_id: bigint;
  pid: number;
  /** Nothing was on disk. */
  is_new: boolean;
  /** Coins to pay for transactions with. They are worth nothing and come from nowhere. */
  fund(address: string, wei: bigint): Promise<void>;
  /** The child lives, and who answers on its port is this very run of it: not another anvil, nor an older one of ours. */
  isOurs(): Promise<boolean>;
  /** What happened until now survives a power cut. */
  checkpoint(): Promise<void>;
  stop(): Promise<void>;
};

export type EmbeddedChainOptions = {
  /** A folder of ours. */
  data_dir: string;
  chain_id?: bigint | undefined;
  /** The shortest pause between two blocks in which nothing happens. */
  block_ms?: number | undefined;
  log?: ((line: string) => void) | undefined;
};

export type EmbeddedChainTrouble =
  'CHAIN_NO_BINARY' | 'CHAIN_NEEDS_GLIBC' | 'CHAIN_STATE_DAMAGED' | 'CHAIN_DIED' | 'CHAIN_NOT_OURS';

export class EmbeddedChainFailed extends Error {
  readonly code: EmbeddedChainTrouble;

  constructor(code: EmbeddedChainTrouble, sentence: string, cause?: unknown) {
    super(`${code}: ${sentence}`, { cause });
    this.name = 'EmbeddedChainFailed';
    this.code = code;
  }
}

/** The one that wallets know as somebody's own machine. */
const CHAIN_ID = 31_337n;
const SETTINGS = [
  ...['--accounts', '0'],
  // what a page asks by HTTP is not answered to it; see `someLoopback` for its WebSockets
  '--no-cors',
  // final is what has two blocks upon it
  ...['--slots-in-an-epoch', '1'],
  // a block of long ago cannot be asked for balances: each one remembered costs memory
  ...['--prune-history', '1024'],
  ...['--threads', '1', '--color', 'never'],
];
/** What was final before a start has its balances again once this many blocks lie upon it. */
const BLOCKS_TO_FINAL = 2;

const BLOCK_MS = 1_000;
const BLOCK_MS_MAX = 10 * 60_000;
/** A chain where nothing happens slows down: the pause is this part of its rest so far. A block costs 20 kB for good. */
const REST_PART = 8;
const START_MS_MAX = 120_000;
const STOP_MS_MAX = 5_000;
const ASK_MS_MAX = 60_000;
const AGAIN_MS = 500;
const TROUBLE_CHARS_MAX = 2_000;

export async function startEmbeddedChain(options: EmbeddedChainOptions): Promise<EmbeddedChain> {
  const binary = findAnvil();
  fs.mkdirSync(options.data_dir, { recursive: true, mode: 0o700 });
  const folder = fs.realpathSync(options.data_dir);
  const lock = takeInstanceLock(folder, 'chain.lock');
  const chain_id = options.chain_id ?? CHAIN_ID;
  const log = options.log ?? (() => {});
  const is_new = !fs.existsSync(stateFileOf(folder));
  try {
    const start = (address: string) => launch({ binary, folder, chain_id, address });
    const running = await start(`${someLoopback()}:0`);
    // From the first moment on it can die and be the same again.
    if (is_new) await saveState(running, folder);
    return handle(running, {
      folder,
      chain_id,
      is_new,
      block_ms: options.block_ms ?? BLOCK_MS,
      log,
      again: start,
      onStopped: () => lock.release(),
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

// --- The binary ------------------------------------------------------------------------------------------------

/** npm's name for what Node calls x64. */
const ARCHES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/** We depend on the platform's package itself: all that @foundry-rs/anvil adds to it is to find this file. */
export function findAnvil(
  machine = { platform: process.platform as string, arch: process.arch as string, isMusl },
) {
  if (machine.platform === 'linux' && machine.isMusl())
    throw new EmbeddedChainFailed(
      'CHAIN_NEEDS_GLIBC',
      'the embedded chain is built for glibc, and this system has another C library: name a chain of your own',
    );
  const name = `@foundry-rs/anvil-${machine.platform}-${ARCHES[machine.arch] ?? machine.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/anvil`);
  } catch (error) {
    throw new EmbeddedChainFailed(
      'CHAIN_NO_BINARY',
      `the package ${name} is not installed: run "npm ci", or name a chain of your own if your platform has none`,
      error,
    );
  }
}

function isMusl(): boolean {
  const report: unknown = process.report.getReport();
  return !JSON.stringify(report).includes('"glibcVersionRuntime"');
}

// --- Running ---------------------------------------------------------------------------------------------------

/**
 * A page that somebody reads may open a WebSocket to this machine without its leave, anvil takes one from everybody, and
 * its methods do anything to anyone's account. So nobody can guess where it listens: one of sixteen million addresses.
 * macOS has one only.
 */
const someLoopback = () =>
  process.platform === 'linux' ? ['127', ...Array.from({ length: 3 }, anyPart)].join('.') : '127.0.0.1';
const anyPart = () => crypto.randomInt(1, 255);

type Running = { child: ChildProcess; address: string; mark: string };

async function launch(start: {
  binary: string;
  folder: string;
  chain_id: bigint;
  address: string;
}): Promise<Running> {
  const loaded = await unpackState(start.folder);
  const { hostname, port } = new URL(`http://${start.address}`);
  const child = spawn(
    start.binary,
    [
      ...SETTINGS,
      ...['--chain-id', String(start.chain_id), '--host', hostname, '--port', port],
      ...['--cache-path', path.join(start.folder, 'cache')],
      ...(loaded ? ['--load-state', loaded.file] : []),
    ],
    // Detached, because a Ctrl-C in the terminal is for us: we still want to ask it for its state.
    { env: { HOME: start.folder }, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  killWithUs(child);
  try {
    const address = await addressOf(child);
    const running = { child, address, mark: `0x${crypto.randomBytes(20).toString('hex')}` };
    await ask(address, 'anvil_setLoggingEnabled', false);
    // Whom each block names as its miner. Nobody can guess it, so it tells this run from every other.
    await ask(address, 'anvil_setCoinbase', running.mark);
    await assertLoaded(running, start.chain_id, loaded?.head);
    await ask(address, 'anvil_mine', hex(BLOCKS_TO_FINAL));
    return running;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    if (loaded) await rm(loaded.file, { force: true });
  }
}

/** It says so itself, on a pipe that is ours: an anvil that somebody left on a port cannot be taken for it. */
function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new EmbeddedChainFailed('CHAIN_DIED', `anvil did not start: ${why.slice(-TROUBLE_CHARS_MAX)}`));
    const patience = setTimeout(() => fail('it says nothing'), START_MS_MAX).unref();
    const hear = (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-TROUBLE_CHARS_MAX);
      const address = /Listening on (127(?:\.\d+){3}:\d+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(patience);
      said = '';
      for (const pipe of [child.stdout, child.stderr]) {
        pipe?.off('data', hear);
        pipe?.resume();
        letGo(pipe);
      }
      child.unref();
      resolve(address);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', (error) => fail(error.message));
    child.once('close', () => {
      clearTimeout(patience);
      fail(said.trim());
    });
  });
}

/**
 * Nobody hears a kill -9 of ours but who holds the other end of a pipe: the system closes ours. The shell reads nothing,
 * finds the end and kills. It holds no state, so nothing is lost by that.
 */
function killWithUs(child: ChildProcess) {
  if (child.pid === undefined) return;
  const watcher = spawn(
    '/bin/sh',
    ['-c', 'read -r _; kill -KILL "$1" 2>/dev/null', 'sh', String(child.pid)],
    {
      env: {},
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  watcher.once('error', () => child.kill('SIGKILL')); // unwatched it does not run
  watcher.unref();
  letGo(watcher.stdin);
  // the number of a dead one may soon be another's
  child.once('exit', () => watcher.kill('SIGKILL'));
}

/** A pipe to a child keeps no command from ending. */
function letGo(pipe: Readable | Writable | null) {
  if (pipe instanceof net.Socket) pipe.unref();
}

async function assertLoaded(running: Running, chainId: bigint, head: bigint | undefined) {
  if (!(await answersAs(running, chainId)))
    throw new EmbeddedChainFailed(
      'CHAIN_NOT_OURS',
      'somebody else answers on the port of the embedded chain',
    );
  const found = BigInt(await ask(running.address, 'eth_blockNumber'));
  // it may have more already: who uses the chain does not wait until we have looked
  if (found < (head ?? 0n))
    throw new EmbeddedChainFailed(
      'CHAIN_STATE_DAMAGED',
      `anvil took up block ${found} of a state of ${head}`,
    );
}

async function answersAs(running: Running, chainId: bigint): Promise<boolean> {
  if (isDead(running.child)) return false;
  const [id, miner] = await Promise.all([
    ask(running.address, 'eth_chainId'),
    ask(running.address, 'eth_coinbase'),
  ]);
  return BigInt(id) === chainId && miner === running.mark;
}

const isDead = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** A chain in our care: it gets its blocks, and is started again where it was when it dies, until it is stopped. */
function handle(
  first: Running,
  care: {
    folder: string;
    chain_id: bigint;
    is_new: boolean;
    block_ms: number;
    log: (line: string) => void;
    again: (address: string) => Promise<Running>;
    onStopped: () => void;
  },
): EmbeddedChain {
  const { address } = first;
  let running = first;
  let stopping: Promise<void> | undefined;
  let starting: Promise<void> | undefined;

  // Not reached by kill -9: that is what the watcher is for.
  const killNow = () => void running.child.kill('SIGKILL');
  process.once('exit', killNow);

  const watch = (one: Running) =>
    one.child.once('exit', () => {
      if (!stopping) starting = startAgain();
    });
  async function startAgain() {
    care.log('the embedded chain ended by itself: starting it again as of its last checkpoint');
    while (!stopping) {
      try {
        running = await care.again(address);
        watch(running);
        if (isDead(running.child)) continue;
        return;
      } catch (error) {
        care.log(error instanceof Error ? error.message : String(error));
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }
  watch(first);

  const beat = startBeating(address, care.block_ms);
  const save = sharingTheNext(() => saveState(running, care.folder));

  async function stop() {
    beat.stop();
    await starting;
    // It may have died of a full disk: then what the last checkpoint holds is what there is.
    if (!isDead(running.child))
      await save().catch((error: unknown) =>
        care.log(`the chain's last checkpoint failed: ${String(error)}`),
      );
    await endChild(running.child);
    process.off('exit', killNow);
    care.onStopped();
  }

  return {
    url: `http://${address}`,
    chain_id: care.chain_id,
    is_new: care.is_new,
    get pid() {
      return running.child.pid ?? 0;
    },
    async fund(whose, wei) {
      await ask(address, 'anvil_setBalance', whose, hex(wei));
    },
    isOurs: () => answersAs(running, care.chain_id).catch(() => false),
    checkpoint: save,
    stop: () => (stopping ??= stop()),
  };
}

async function endChild(child: ChildProcess) {
  child.ref();
  const ended = new Promise<void>((resolve) => {
    if (isDead(child)) resolve();
    else child.once('exit', () => resolve());
  });
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  await ended;
  clearTimeout(impatience);
}

/** Who asks while one is under way gets one that begins after: an older state may lack what they did. */
function sharingTheNext(act: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () =>
    (next ??= current
      .catch(() => {})
      .then(() => {
        next = undefined;
        return (current = act());
      }));
}

// --- Blocks ----------------------------------------------------------------------------------------------------

/**
 * A transaction gets its block at once. Empty ones follow, quickly at first, so that it becomes final and its time
 * goes by although nobody transacts; then more and more rarely.
 */
function startBeating(address: string, blockMs: number): { stop(): void } {
  let left: bigint | undefined; // the head as we left it
  let busy_at = performance.now();
  let mined_at = -Infinity;

  async function beat() {
    const head = BigInt(await ask(address, 'eth_blockNumber'));
    const now = performance.now();
    if (head !== left) busy_at = now;
    left = head;
    if (now - mined_at < pauseAfter(now - busy_at, blockMs) - blockMs / 2) return;
    await ask(address, 'anvil_mine', hex(1));
    mined_at = now;
    left = head + 1n;
  }

  // Without an answer there is nothing to do: it is being started again.
  const timer = setInterval(() => void beat().catch(() => {}), blockMs).unref();
  return { stop: () => clearInterval(timer) };
}

/** How long the next empty block waits when nothing happened for so long. */
export const pauseAfter = (restMs: number, blockMs: number) =>
  Math.min(Math.max(restMs / REST_PART, blockMs), BLOCK_MS_MAX);

// --- What is on disk -------------------------------------------------------------------------------------------

const stateFileOf = (folder: string) => path.join(folder, 'state.json.gz');

/** Whole or not at all, also after a power cut. */
async function saveState(running: Running, folder: string) {
  const state = Buffer.from((await ask(running.address, 'anvil_dumpState')).slice(2), 'hex');
  const draft = `${stateFileOf(folder)}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(state);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, stateFileOf(folder));
  await syncFolder(folder);
}

const gunzip = promisify(zlib.gunzip);

/** Anvil reads the plain text of what it hands out packed. */
async function unpackState(folder: string): Promise<{ file: string; head: bigint } | undefined> {
  const packed = stateFileOf(folder);
  if (!fs.existsSync(packed)) return undefined;
  try {
    const text = await gunzip(fs.readFileSync(packed));
    const { best_block_number } = JSON.parse(text.toString('utf8')) as { best_block_number: number };
    const file = path.join(folder, 'loading.json');
    fs.writeFileSync(file, text, { mode: 0o600 });
    return { file, head: BigInt(best_block_number) };
  } catch (error) {
    throw new EmbeddedChainFailed(
      'CHAIN_STATE_DAMAGED',
      `${packed} cannot be read: put a copy of it back; the books know what was on this chain`,
      error,
    );
  }
}

// --- Asking it -------------------------------------------------------------------------------------------------

const hex = (number: number | bigint) => `0x${number.toString(16)}`;

async function ask(address: string, method: string, ...params: unknown[]): Promise<string> {
  const answer = await fetch(`http://${address}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(ASK_MS_MAX),
  });
  const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
  if (error) throw new Error(`anvil refused ${method}: ${error.message}`);
  return typeof result === 'string' ? result : '';
}
