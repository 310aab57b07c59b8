// One copy of the product per folder. The lock is a file that names its holder; a holder that died loses it.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { codeOf } from './system-error.ts';

export type InstanceLock = { release(): void };

export class AlreadyRunning extends Error {
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      `another copy of the product is running on ${folder} (process ${pid}): stop it first, or choose another folder`,
    );
    this.name = 'AlreadyRunning';
    this.pid = pid;
  }
}

/** `born` tells a holder from a later process that was given the same number. */
type Holder = { pid: number; born: string };

export function takeInstanceLock(folder: string, name = 'instance.lock'): InstanceLock {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  const mine: Holder = { pid: process.pid, born: birthOf(process.pid) };

  if (!create(file, mine)) {
    takeOver(file, folder);
    if (!create(file, mine)) throw new AlreadyRunning(folder, read(file)?.pid ?? 0);
  }

  const release = () => {
    process.off('exit', release);
    if (same(read(file), mine)) fs.rmSync(file, { force: true });
  };
  process.on('exit', release);
  return { release };
}

/** A link appears whole or not at all, so nobody ever reads half a lock. */
function create(file: string, holder: Holder): boolean {
  const draft = `${file}.${holder.pid}`;
  fs.writeFileSync(draft, JSON.stringify(holder));
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function takeOver(file: string, folder: string) {
  const holder = read(file);
  if (holder && isAlive(holder)) throw new AlreadyRunning(folder, holder.pid);

  // Two may find the same dead holder at once. Only one can move its file away; the other must not move
  // the file which the first has made since, and puts it back if it did.
  const aside = `${file}.stale.${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (moved && isAlive(moved)) fs.linkSync(aside, file);
  fs.rmSync(aside, { force: true });
}

function read(file: string): Holder | undefined {
  try {
    const { pid, born } = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Holder>;
    return typeof pid === 'number' && typeof born === 'string' ? { pid, born } : undefined;
  } catch {
    return undefined; // gone, or cut short by a power failure: nobody holds it
  }
}

const same = (a: Holder | undefined, b: Holder) => a?.pid === b.pid && a.born === b.born;

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false; // EPERM: it lives, under another account
  }
  return birthOf(holder.pid) === holder.born;
}

/** When a process began, as text that no other process with its number shares: boot and clock tick on Linux, else what `ps` says. */
function birthOf(pid: number): string {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The second field is the program's name in brackets and may hold anything: count from behind it.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot} ${fields[19]}`;
  } catch {
    return birthFromPs(pid);
  }
}

function birthFromPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
