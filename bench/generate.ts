import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { boot } from '../server/boot.ts';
import { readConfig } from '../server/config.ts';
import { createEngine, type Engine } from '../server/modules/generation/index.ts';
import * as identity from '../server/modules/identity/index.ts';
import { openClient, type Visitor } from '../tests/client.ts';
import { coldStart } from './cold-start.ts';
import { quantile, round } from './quantile.ts';

const WARM_UPS = 40;
const RUNS = 40;
const INPUT = { prompt: 'golden silk in soft morning light', width: 512, height: 512 };
const PASSWORD = 'correct horse battery';

type Marks = { queued: number; started: number; inference_ms: number; run_ms: number };

/** The first road through all layers, and how soon the product is there. */
export async function benchGenerate(): Promise<Record<string, number | string>> {
  const road = await measureRoad();
  return { ...road, cold_start_s: round(await coldStart(), 2) };
}

/**
 * One 512x512 image after another through the whole product: HTTP, fsynced PostgreSQL, queue, child process,
 * provenance, storage, settlement, server-sent events. `overhead` is all of it less the time in the model.
 */
export async function measureRoad(): Promise<Record<string, number>> {
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-bench-'));
  const load_before = loadavg()[0] ?? 0;
  const marks: Partial<Marks> = {};
  const config = readConfig({ DATA_DIR: data_dir, PORT: '0', LOG_LEVEL: 'error', RUNNER_SLOTS: '1' });
  const scratch_dir = path.join(data_dir, 'scratch');
  const { context, stop } = await boot(config, {
    engine: measured(createEngine({ children: 1, scratch_dir }), marks),
  });
  const send = context.wake.send.bind(context.wake);
  context.wake.send = (topic) => {
    if (topic === 'queue') marks.queued = performance.now(); // right after the commit
    send(topic);
  };

  const samples = {
    overhead: [] as number[],
    start: [] as number[],
    push: [] as number[],
    total: [] as number[],
    encode: [] as number[],
  };
  const watching = new AbortController();
  try {
    const payer = openClient(context.origins.public);
    await payer.api.identity.createSignUp({
      email: 'bench@example.org',
      password: PASSWORD,
      display_name: 'Bench',
    });
    const { items } = await payer.api.registry.listModels({ modality: 'image', search: 'Drift' });
    const model = items.find(({ slug }) => slug === 'drift');
    if (!model?.release_id) throw new Error('Drift is not published');
    await payer.api.wallet.createPurchase({
      headers: { 'idempotency-key': randomUUID() },
      body: { pack: 'pack-1000', payment: 'test' },
    });
    const creator = await signInCreator(context.origins.public, context, model.creator.handle);
    void watchPushes(creator, samples.push, watching.signal);

    for (let run = 0; run < WARM_UPS + RUNS; run += 1) {
      const began = performance.now();
      const { id } = await payer.api.generation.createGeneration({
        headers: { 'idempotency-key': randomUUID() },
        body: { release_id: model.release_id, input: INPUT },
      });
      for await (const event of await payer.api.generation.watchGeneration({ id })) {
        if (event.type === 'state' && event.generation.state === 'succeeded') break;
      }
      const total = performance.now() - began;
      const { queued = 0, started = 0, inference_ms = 0, run_ms = 0 } = marks;
      if (run < WARM_UPS) continue;
      samples.total.push(total);
      samples.overhead.push(total - inference_ms);
      samples.encode.push(run_ms - inference_ms);
      samples.start.push(started - queued);
    }
    await new Promise((rest) => setTimeout(rest, 500));
  } finally {
    watching.abort();
    await stop();
    await rm(data_dir, { recursive: true, force: true });
  }
  const pushes = samples.push.slice(-RUNS);
  return {
    overhead_ms_p50: round(quantile(samples.overhead, 0.5)),
    enqueue_to_start_ms_p50: round(quantile(samples.start, 0.5)),
    earnings_push_ms_p99: round(quantile(pushes, 0.99)),
    total_ms_p50: round(quantile(samples.total, 0.5)),
    engine_overhead_ms_p50: round(quantile(samples.encode, 0.5)),
    runs: RUNS,
    pushes: pushes.length,
    load_before: round(load_before),
    load_after: round(loadavg()[0] ?? 0),
  };
}

/** The real engine, with the times noted at its door. */
function measured(engine: Engine, marks: Partial<Marks>): Engine {
  return {
    async run(job, options) {
      marks.started = performance.now();
      const result = await engine.run(job, options);
      marks.run_ms = performance.now() - marks.started;
      if (result.ok) marks.inference_ms = result.inference_ms;
      return result;
    },
    close: () => engine.close(),
  };
}

async function signInCreator(
  url: string,
  { database }: Awaited<ReturnType<typeof boot>>['context'],
  handle: string,
): Promise<Visitor> {
  const email = `${handle}@house.invalid`;
  const password_hash = await identity.hashNewPassword(PASSWORD, email);
  const account = await identity.accountByHandle(database.db, handle);
  if (!account) throw new Error(`nobody is called ${handle}`);
  await database.inTransaction((tx) => identity.openHouseToSignIn(tx, account.id, password_hash));
  const creator = openClient(url);
  await creator.api.identity.createSession({ email, password: PASSWORD });
  return creator;
}

/** From the instant of settlement to the arrival of the creator's event: an upper bound, for the commit is in it. */
async function watchPushes(creator: Visitor, pushes: number[], signal: AbortSignal): Promise<void> {
  try {
    for await (const event of await creator.api.earnings.watchEarnings(undefined, { signal })) {
      if (event.type === 'accrued') pushes.push(Date.now() - Date.parse(event.line.at));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
