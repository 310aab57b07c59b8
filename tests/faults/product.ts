import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findEmbeddedPostgres } from '../../server/kit/embedded-postgres.ts';
import { eventually } from '../eventually.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** A start under load, with a database that has to recover first. */
const START_MS_MAX = 120_000;
const LEAVE_MS_MAX = 60_000;

export type Query = <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>;

/** The product as an operator runs it: a process of its own, on a folder of its own, with its durable database. */
export type Product = {
  url: string;
  data_dir: string;
  /** The process that serves now. */
  readonly pid: number;
  start(): Promise<void>;
  /** As pulling the plug of the program; its database lives on. */
  killServer(): Promise<void>;
  /** Every process of the database at once; the program lives on. */
  killDatabase(): Promise<void>;
  /** One connection's process of the database: PostgreSQL then throws out everybody and recovers by itself. */
  killBackend(): void;
  /** Asks the program to leave and waits until it has. */
  leave(): Promise<void>;
  /** A look into the database behind the program's back. */
  query: Query;
  /** `npm run verify`, from outside. */
  verify(): Promise<{ ok: boolean; said: string }>;
  end(): Promise<void>;
};

export async function installProduct(options: { runner_slots: number }): Promise<Product> {
  const data_dir = await mkdtemp(path.join(os.tmpdir(), 'stellary-fault-'));
  await chmod(data_dir, 0o755); // as root, PostgreSQL runs under another account and has to pass
  const [port, media_port] = await freePorts();
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATA_DIR: data_dir,
    PORT: String(port),
    MEDIA_PORT: String(media_port),
    RUNNER_SLOTS: String(options.runner_slots),
    LOG_LEVEL: 'silent',
    NODE_ENV: 'test',
  };
  const url = `http://127.0.0.1:${port}`;
  const cluster = path.join(data_dir, 'postgres', 'cluster');
  let server: ChildProcess | null = null;
  let said = '';

  async function start(): Promise<void> {
    said = '';
    const child = spawn(process.execPath, ['server/main.ts'], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = child;
    for (const output of [child.stdout, child.stderr]) output.on('data', (text) => (said += String(text)));
    await eventually(
      'the product answers',
      async () => {
        if (hasEnded(child)) throw new Error(`the product did not start: ${said}`);
        const answer = await fetch(`${url}/api/v1/health`).catch(() => null);
        return answer?.ok === true && (await answer.text()).includes('"database":true');
      },
      START_MS_MAX,
    );
  }

  async function gone(child: ChildProcess | null, patience_ms: number): Promise<void> {
    if (!child) return;
    await eventually('the product has ended', () => hasEnded(child), patience_ms);
    server = null;
  }

  async function killServer(): Promise<void> {
    server?.kill('SIGKILL');
    await gone(server, LEAVE_MS_MAX);
  }

  async function killDatabase(): Promise<void> {
    const postmaster = postmasterOf(cluster);
    if (!postmaster) throw new Error('there is no database to kill');
    const all = [postmaster, ...childrenOf(postmaster)];
    for (const pid of all) kill(pid);
    await eventually('the database is gone', () => all.every((pid) => !isAlive(pid)));
  }

  return {
    url,
    data_dir,
    get pid() {
      return server?.pid ?? 0;
    },
    start,
    killServer,
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
      server?.kill('SIGTERM');
      await gone(server, LEAVE_MS_MAX);
    },
    async query<Row extends pg.QueryResultRow>(text: string) {
      const client = new pg.Client(findEmbeddedPostgres(path.join(data_dir, 'postgres')));
      await client.connect();
      try {
        return (await client.query<Row>(text)).rows;
      } finally {
        await client.end();
      }
    },
    async verify() {
      const child = spawn(process.execPath, ['server/verify.ts'], {
        cwd: ROOT,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let text = '';
      for (const output of [child.stdout, child.stderr]) output.on('data', (more) => (text += String(more)));
      await eventually('verify has ended', () => hasEnded(child), LEAVE_MS_MAX);
      return { ok: child.exitCode === 0, said: text };
    },
    async end() {
      await killServer();
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

async function freePorts(): Promise<[number, number]> {
  const servers = await Promise.all(
    [0, 1].map(
      () =>
        new Promise<net.Server>((ready) => {
          const server = net.createServer().listen(0, '127.0.0.1', () => ready(server));
        }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    server.close();
    return typeof address === 'object' && address ? address.port : 0;
  });
  return [ports[0] ?? 0, ports[1] ?? 0];
}
