import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../eventually.ts';
import type { Figures } from './figures.ts';
import { installProduct } from './product.ts';
import { MKFS, USER_MODE_LINUX } from './tools.ts';

/** The guest sees it too; it has a /dev/shm of its own. */
const SHARED = '/tmp';
const TREE = path.resolve(import.meta.dirname, '../..');
const DISK_BYTES = 900_000_000;
const MEMORY = '1024M';
const RECOVER_MS_MAX = 200_000;
const ACKNOWLEDGED_A_CUT = 8;
const LINES_KEPT = 12;
const MORE_MS_MAX = 1_500;
const WORK_MS_MAX = 30_000;

export type PowerFigures = Figures & { cuts: number; lost: number; unopenable: number };

/**
 * Cuts the power of a machine that runs the product: the machine is a user-mode Linux with the data on a disk of its
 * own, and the cut is kill -9 of its kernel, which takes with it everything that was not written through. After each
 * cut it boots again on the same disk, and must still know all that it ever acknowledged.
 */
export async function powerRun(options: { cuts: number; durable: boolean }): Promise<PowerFigures> {
  const parent = fs.mkdtempSync(path.join(SHARED, 'stellary-power-'));
  const disk = path.join(parent, 'disk');
  try {
    await makeDisk(disk, parent);
    const acknowledged = new Map<string, string>();
    const figures = {
      cuts: 0,
      landed: 0,
      lost: new Set<string>(),
      unopenable: 0,
      violations: [] as string[],
    };
    // one boot more than cuts: after the last cut it must recover too
    for (let boots = 0; boots <= options.cuts; boots += 1) {
      const guest = bootGuest(disk, parent, options.durable);
      try {
        await eventually(
          'the guest recovers',
          () => guest.said.recovered || guest.said.unopenable !== null || guest.hasEnded(),
          RECOVER_MS_MAX,
        ).catch((error: unknown) => {
          throw new Error(`after ${figures.cuts} cuts the guest hangs: ${guest.said.last.join(' | ')}`, {
            cause: error,
          });
        });
        if (!guest.said.recovered && boots === 0)
          throw new Error(`the guest does not come up at all: ${guest.said.last.join(' | ')}`);
        if (!guest.said.recovered) {
          figures.unopenable += 1;
          figures.violations.push(guest.said.unopenable ?? 'the guest ended by itself');
          break;
        }
        for (const key of lostOf(acknowledged, path.join(parent, 'present'))) figures.lost.add(key);
        figures.violations.push(...guest.said.violations);
        if (boots === options.cuts) break;
        await eventually(
          'the guest acknowledges',
          () => guest.said.acknowledged.size >= ACKNOWLEDGED_A_CUT || guest.hasEnded(),
          RECOVER_MS_MAX,
        );
        await sleep(Math.random() * MORE_MS_MAX);
        // a cut while nobody waits for anything shows nothing; a guest that stays idle is cut all the same
        const isWorking = () => guest.said.in_flight > 0 || guest.hasEnded();
        await eventually('somebody waits for something', isWorking, WORK_MS_MAX).catch(() => {});
      } finally {
        await guest.cutPower();
      }
      for (const [key, id] of guest.said.acknowledged) acknowledged.set(key, id);
      figures.cuts += 1;
      if (guest.said.in_flight > 0) figures.landed += 1;
    }
    const { cuts, landed, unopenable, violations } = figures;
    const lost = figures.lost.size;
    return {
      acknowledged: acknowledged.size,
      faults_landed: landed,
      violations: violations.length + lost,
      cuts,
      lost,
      unopenable,
      more: `cuts ${cuts}, lost ${lost}, unopenable ${unopenable}${violations[0] ? `; first: ${violations[0]}` : ''}`,
    };
  } finally {
    fs.rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The product is installed here, where it is quick, and its folder becomes the guest's disk. */
async function makeDisk(disk: string, parent: string): Promise<void> {
  const folder = path.join(parent, 'content');
  fs.mkdirSync(path.join(folder, 'product'), { recursive: true });
  for (const at of [parent, folder]) fs.chmodSync(at, 0o755);
  const product = await installProduct({
    runner_slots: 1,
    scripted: true,
    data_dir: path.join(folder, 'product'),
    env: { NODE_COMPILE_CACHE: path.join(parent, 'compiled') },
  });
  try {
    await product.start();
    await product.leave();
    fs.rmSync(path.join(folder, 'product/postgres/postgres.log'), { force: true });
    execFileSync('truncate', ['-s', String(DISK_BYTES), disk]);
    execFileSync(MKFS.file, ['-q', '-d', folder, disk]);
  } finally {
    await product.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

type Guest = {
  said: {
    recovered: boolean;
    unopenable: string | null;
    acknowledged: Map<string, string>;
    violations: string[];
    in_flight: number;
    /** The last lines of its console. */
    last: string[];
  };
  hasEnded(): boolean;
  /** Kills its kernel and everything in it at once, and reads out what it had said before. */
  cutPower(): Promise<void>;
};

function bootGuest(disk: string, out: string, durable: boolean): Guest {
  const child: ChildProcess = spawn(
    USER_MODE_LINUX.file,
    [
      ...[`mem=${MEMORY}`, 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'rw', 'quiet'],
      ...[`ubd0=${disk}`, `init=${path.join(import.meta.dirname, 'power-guest.sh')}`],
      ...['con=null', 'con0=null,fd:1', `umid=${path.basename(out)}`, `uml_dir=${out}/`],
      ...[`GUEST_NODE=${process.execPath}`, `GUEST_TREE=${TREE}`],
      ...[`GUEST_OUT=${out}`, `GUEST_DURABLE=${durable ? 'yes' : 'no'}`],
    ],
    // a group of its own: each process of the guest is one of ours, and all of them go at once
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
      env: { PATH: process.env.PATH, TMPDIR: '/dev/shm' },
    },
  );
  const said: Guest['said'] = {
    recovered: false,
    unopenable: null,
    acknowledged: new Map(),
    violations: [],
    in_flight: 0,
    last: [],
  };
  if (!child.stdout) throw new Error('the guest has no console');
  createInterface(child.stdout).on('line', (line) => {
    said.last = [...said.last.slice(-LINES_KEPT), line];
    const [, word, rest = ''] = /^GUEST (\S+) ?(.*?)\r?$/.exec(line) ?? [];
    if (word === 'recovered') said.recovered = true;
    else if (word === 'unopenable:') said.unopenable = rest;
    else if (word === 'violation') said.violations.push(rest);
    else if (word === 'in-flight') said.in_flight = Number(rest);
    else if (word === 'acknowledged') {
      const [key = '', id = ''] = rest.split(' ');
      said.acknowledged.set(key, id);
    }
  });
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  return {
    said,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async cutPower() {
      if (child.pid) {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // it ended by itself
        }
      }
      await closed;
    },
  };
}

function lostOf(acknowledged: ReadonlyMap<string, string>, file: string): string[] {
  const present = new Map(
    fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .map((line): [string, string] => {
        const [key = '', id = ''] = line.split(' ');
        return [key, id];
      }),
  );
  return [...acknowledged].flatMap(([key, id]) => (present.get(key) === id ? [] : [key]));
}
