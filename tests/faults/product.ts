import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../../server/kit/embedded-postgres.ts';
import { OPEN } from '../../server/modules/generation/index.ts';
import { eventually } from '../eventually.ts';
import { freePort } from '../free-port.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** A start under load, with a database that has to recover first. */
const START_MS_MAX = 120_000;
const LEAVE_MS_MAX = 60_000;
const COMMAND_MS_MAX = 240_000;

export type Query = <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>;

/** The generations that have not ended. */
export const STILL_OPEN = `select id from generation.generation where state in (${OPEN.map((state) => `'${state}'`).join(', ')})`;

/** The product as an operator runs it: processes of its own, on a folder of its own, with its durable database. */
export type Product = {
  url: string;
  data_dir: string;
  /** The process that runs generations now. */
  readonly runner_pid: number;
  /** Starts every part that is not there. */
  start(): Promise<void>;
  /** As pulling the plug of a part of the program; the database lives on. */
  kill(part: string): Promise<void>;
  /** Any signal, to a part that is to live on. */
  signal(part: string, name: NodeJS.Signals): void;
  /** Every process of the database at once; the program lives on. */
  killDatabase(): Promise<void>;
  /** One connection's process of the database: PostgreSQL then throws out everybody and recovers by itself. */
  killBackend(): void;
  /** Asks the program to leave and waits until it has. */
  leave(): Promise<void>;
  /** A look into the database behind the program's back. */
  query: Query;
  /** `npm run verify`, and any other command of the product, from outside. */
  verify(): Promise<Said>;
  run(file: string, ...args: string[]): Promise<Said>;
  end(): Promise<void>;
};

export type Said = { ok: boolean; said: string };

export type ProductOptions = {
  runner_slots: number;
  /** A folder that is already there. */
  data_dir?: string;
  /** Processes by name, each with its roles, on one database beside them. Left out: one process with everything. */
  parts?: Record<string, string>;
  env?: Record<string, string>;
  /** An engine that needs no time to load and little to run: for runs that are not about engines. */
  scripted?: boolean;
};

const { NODE_COMPILE_CACHE } = process.env;
const SCRIPTED = 'tests/faults/scripted-product.ts';
const ALONE = { server: 'web,worker,runner,relay' };

export async function installProduct(options: ProductOptions): Promise<Product> {
  const data_dir = options.data_dir ?? (await mkdtemp(path.join(os.tmpdir(), 'stellary-fault-')));
  await chmod(data_dir, 0o755); // as root, PostgreSQL runs under another account and has to pass
  const [port, media_port] = [await freePort(), await freePort()];
  const beside = options.parts
    ? await startEmbeddedPostgres({ data_dir: path.join(data_dir, 'postgres') })
    : null;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATA_DIR: data_dir,
    PORT: String(port),
    MEDIA_PORT: String(media_port),
    RUNNER_SLOTS: String(options.runner_slots),
    LOG_LEVEL: 'silent',
    NODE_ENV: 'test',
    // compiled once for all the processes that come and go here
    ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
    ...(beside && { DATABASE_URL: beside.url }),
    ...options.env,
  };
  const url = `http://127.0.0.1:${port}`;
  const cluster = path.join(data_dir, 'postgres', 'cluster');
  const parts: Record<string, string> = options.parts ?? ALONE;
  const running = new Map<string, ChildProcess>();
  let said = '';

  const spawnOurs = (args: string[], more: Record<string, string> = {}) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return child;
  };

  function startPart(part: string, roles: string): void {
    const child = spawnOurs([options.scripted ? SCRIPTED : 'server/main.ts'], { ROLES: roles });
    running.set(part, child);
    for (const output of [child.stdout, child.stderr]) output.on('data', (text) => (said += String(text)));
  }

  async function start(): Promise<void> {
    said = '';
    for (const [part, roles] of Object.entries(parts)) {
      if (running.has(part)) continue;
      startPart(part, roles);
      // whoever answers comes first: it brings the tables up, the others find them
      if (roles.includes('web')) await serves();
    }
    await serves();
  }

  const serves = () =>
    eventually(
      'the product answers',
      async () => {
        if ([...running.values()].some(hasEnded)) throw new Error(`the product did not start: ${said}`);
        const answer = await fetch(`${url}/api/v1/health`).catch(() => null);
        return answer?.ok === true && (await answer.text()).includes('"database":true');
      },
      START_MS_MAX,
    );

  async function end(part: string, name: NodeJS.Signals): Promise<void> {
    const child = running.get(part);
    if (!child) return;
    child.kill(name);
    await eventually(`${part} has ended`, () => hasEnded(child), LEAVE_MS_MAX);
    running.delete(part);
  }

  async function killDatabase(): Promise<void> {
    const postmaster = postmasterOf(cluster);
    if (!postmaster) throw new Error('there is no database to kill');
    const all = [postmaster, ...childrenOf(postmaster)];
    for (const pid of all) kill(pid);
    await eventually('the database is gone', () => all.every((pid) => !isAlive(pid)));
  }

  async function run(file: string, ...args: string[]): Promise<Said> {
    const child = spawnOurs([file, ...args]);
    let text = '';
    for (const output of [child.stdout, child.stderr]) output.on('data', (more) => (text += String(more)));
    await eventually(`${file} has ended`, () => hasEnded(child), COMMAND_MS_MAX);
    return { ok: child.exitCode === 0, said: text };
  }

  return {
    url,
    data_dir,
    get runner_pid() {
      const part = Object.keys(parts).find((name) => parts[name]?.includes('runner'));
      return running.get(part ?? '')?.pid ?? 0;
    },
    start,
    kill: (part) => end(part, 'SIGKILL'),
    signal: (part, name) => void running.get(part)?.kill(name),
    killDatabase,
    killBackend() {
      const postmaster = postmasterOf(cluster);
      const backends = postmaster
        ? childrenOf(postmaster).filter((pid) => /app postgres/.test(commandOf(pid)))
        : [];
      const pid = backends[Math.floor(Math.random() * backends.length)];
      if (pid === undefined) throw new Error('there is no connection to kill');
      kill(pid);
    },
    async leave() {
      for (const part of [...running.keys()].reverse()) await end(part, 'SIGTERM');
    },
    async query<Row extends pg.QueryResultRow>(text: string) {
      const client = new pg.Client(findEmbeddedPostgres(path.join(data_dir, 'postgres')));
      client.on('error', () => {});
      await client.connect();
      try {
        return (await client.query<Row>(text)).rows;
      } finally {
        await client.end();
      }
    },
    verify: () => run('server/verify.ts'),
    run,
    async end() {
      for (const part of running.keys()) await end(part, 'SIGKILL');
      await beside?.stop();
      const postmaster = postmasterOf(cluster);
      if (postmaster) for (const pid of [postmaster, ...childrenOf(postmaster)]) kill(pid);
      await eventually('nothing works in the folder any more', () => {
        const left = workingIn(data_dir);
        left.forEach(kill);
        return left.length === 0;
      });
      await rm(data_dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What still stands in a folder: inference processes that outlived their parent, and the database. */
export function workingIn(folder: string): number[] {
  return processes().filter((pid) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}

function postmasterOf(cluster: string): number | null {
  const file = path.join(cluster, 'postmaster.pid');
  const pid = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8').split('\n')[0]) : 0;
  return pid > 0 && /postgres/.test(commandOf(pid)) ? pid : null;
}

const processes = () =>
  fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const childrenOf = (parent: number) => processes().filter((pid) => statOf(pid)?.[1] === String(parent));

/** A process that nobody has collected yet is dead. */
const isAlive = (pid: number) => ![undefined, 'Z'].includes(statOf(pid)?.[0]);

/** State and parent come after the name, which may hold anything. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
