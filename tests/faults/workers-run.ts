import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { openClient } from '../client.ts';
import { eventually } from '../eventually.ts';
import { gather } from './crowd.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { type Figures, report, wordsOf } from './figures.ts';
import { expectEnded, expectVerified } from './kill-run.ts';
import { installProduct, type Product } from './product.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WORKERS = 3;
/** Its processes are web, worker and relay: nothing here runs a job but machines that fetch it. */
const PARTS = { server: 'web,worker,relay' };

/**
 * People generate on machines of others, of which one is killed every moment with work in hand. Afterwards each
 * generation that was acknowledged was charged once or released, and none is lost.
 */
export async function workersRun(options: {
  people: number;
  generations: number;
  kill_every_ms: number;
  /** Waits out the leases of killed workers, or says that their time has come. */
  leases: 'wait' | 'lapse';
}): Promise<Figures> {
  const product = await installProduct({ runner_slots: 2, scripted: true, parts: PARTS });
  const fleet: Machine[] = [];
  try {
    await product.start();
    const api = await adminOf(product);
    const trust = (id: string) => api.runners.updateWorker({ id, trust: 'trusted' });
    for (let n = 0; n < WORKERS; n += 1) {
      const { worker, token } = await api.runners.createWorker({ name: `Machine ${n}`, pools: ['embedded'] });
      // its scripted pictures are those of no model, so it could never prove itself
      await trust(worker.id);
      fleet.push(startMachine(product, worker.id, token));
    }
    const crowd = await gather(product.url, options.people);
    let landed = 0;
    let kills = 0;
    while (crowd.acknowledged() < options.generations || kills < WORKERS) {
      await sleep(options.kill_every_ms * (0.5 + Math.random()));
      const machine = await oneAtWork(product, fleet);
      const hit = await handsOf(product, machine);
      await machine.kill();
      landed += Number(hit > 0);
      kills += 1;
      if (options.leases === 'lapse') await lapse(product, machine);
      // one that lost five jobs in a row would be suspended: its operator says that it was put right
      await trust(machine.id);
      machine.start();
    }
    await crowd.stop();
    if (options.leases === 'lapse') for (const machine of fleet) await lapse(product, machine, DEAD);
    await expectEnded(product);
    await expectExactlyOnce(crowd, product.query);
    await expectVerified(product);
    const { items } = await api.runners.listWorkers();
    expect(items.map(({ trust, reason }) => ({ trust, reason }))).not.toContainEqual(
      expect.objectContaining({ trust: 'suspended' }),
    );
    const sum = (of: 'done' | 'lost') => items.reduce((all, worker) => all + worker[of], 0);
    return report('kills of workers', {
      acknowledged: crowd.acknowledged(),
      faults_landed: landed,
      violations: 0,
      more: `kills ${kills}; jobs done ${sum('done')}, lost and done by others ${sum('lost')}; troubles seen: ${wordsOf(crowd.troubles)}`,
    });
  } finally {
    await Promise.all(fleet.map((machine) => machine.kill()));
    await product.end();
  }
}

type Machine = { id: string; start(): void; kill(): Promise<void> };

function startMachine(product: Product, id: string, token: string): Machine {
  let child: ChildProcess | null = null;
  const start = () => {
    const args = [
      'tests/faults/scripted-worker.ts',
      product.url,
      token,
      path.join(product.data_dir, `worker-${id}`),
    ];
    child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore' });
  };
  start();
  return {
    id,
    start,
    async kill() {
      const dying = child;
      dying?.kill('SIGKILL');
      await eventually('it is dead', () => !dying || dying.exitCode !== null || dying.signalCode !== null);
    },
  };
}

const IN_HAND = `state in ('leased', 'running')`;
const DEAD = `lease_until < now() + interval '20 seconds'`;

const handsOf = async ({ query }: Product, { id }: Machine) =>
  (await query(`select 1 from generation.generation where ${IN_HAND} and worker_id = '${id}'`)).length;

/** A machine with a job in its hands, so that a kill is known to hit something. */
const oneAtWork = (product: Product, fleet: readonly Machine[]) =>
  eventually(
    'a machine is at work',
    async () => {
      const rows = await product.query<{ worker_id: string }>(
        `select worker_id from generation.generation where ${IN_HAND} and worker_id is not null order by random() limit 1`,
      );
      return fleet.find(({ id }) => id === rows[0]?.worker_id);
    },
    60_000,
  );

/** What a killed machine held is taken back at once, not in half a minute. */
async function lapse({ query }: Product, { id }: Machine, which = 'true'): Promise<void> {
  const gone = `set lease_until = now() - interval '1 minute'`;
  await query(`update generation.generation ${gone} where ${IN_HAND} and worker_id = '${id}' and ${which}`);
  await query(`update generation.canary ${gone} where state = 'leased' and worker_id = '${id}' and ${which}`);
}

async function adminOf(product: Product) {
  const admin = openClient(product.url);
  await admin.api.identity.createSignUp({
    email: 'olga@example.org',
    password: 'correct horse battery',
    display_name: 'Olga',
  });
  await product.query(
    `insert into identity.role select id, 'admin', now(), 'a test' from identity.account where email = 'olga@example.org'`,
  );
  await admin.api.identity.createSession({ email: 'olga@example.org', password: 'correct horse battery' });
  return admin.api;
}
