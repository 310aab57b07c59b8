import type { Lease, Pool, Worker } from '#api/runners/shapes.ts';
import type { Context } from '../context.ts';
import type { WorkerId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';
import { asId, type ReleaseId } from '../ids.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { engineOrderOf, picturesOfJob } from './engine-order.ts';

/** All workers that may still come. */
export async function workersForAdmin(context: Context): Promise<Worker[]> {
  const workers = await generation.listWorkers(context.db);
  return presentWorkers(context, workers);
}

export async function workerForAdmin(context: Context, id: WorkerId): Promise<Worker> {
  const worker = await generation.workerById(context.db, id);
  const [shown] = await presentWorkers(context, worker ? [worker] : []);
  return shown ?? refuse('NOT_FOUND');
}

async function presentWorkers(context: Context, workers: readonly generation.Worker[]): Promise<Worker[]> {
  const inHand = await generation.inHandOf(
    context.db,
    workers.map(({ id }) => id),
  );
  const loaded = [...new Set(workers.flatMap(({ releases_loaded }) => releases_loaded))];
  const releases = await Promise.all(
    loaded.map((id) => registry.releaseById(context.db, asId<ReleaseId>(id))),
  );
  const titles = new Map<string, string>(
    releases.flatMap((release) => (release ? [[release.id, release.title]] : [])),
  );
  return workers.map((worker) => ({
    id: worker.id,
    name: worker.name,
    token_prefix: worker.token_prefix,
    pools: worker.pools,
    trust: worker.trust,
    reason: worker.reason,
    made_at: worker.made_at.toISOString(),
    seen_at: worker.seen_at?.toISOString() ?? null,
    runs: worker.runs,
    models_loaded: worker.releases_loaded.flatMap((id) => titles.get(id) ?? []),
    features: worker.features,
    vram_gib: worker.vram_gib,
    in_hand: inHand(worker.id),
    done: worker.done,
    failed: worker.failed,
    lost: worker.lost,
    checks_passed: worker.canaries_passed + worker.audits_passed,
    checks_failed: worker.canaries_failed,
    can: {
      trust: worker.trust === 'trusted' ? no('It is trusted already.') : YES,
      suspend: worker.trust === 'suspended' ? no('It is suspended already.') : YES,
    },
  }));
}

/** Every queue in which something waits or runs, or that somebody serves. */
export async function poolsForAdmin(context: Context): Promise<Pool[]> {
  const standings = await generation.poolStandings(context.db, context.clock.now());
  return standings.map(({ pool, waiting, waiting_bulk, in_hand, slots, wait_ms }) => {
    return { pool, waiting, waiting_bulk, in_hand, slots, wait_ms };
  });
}

/** A lease as its worker is told of it; of a canary it says nothing. */
export async function presentLease(
  context: Context,
  job: Pick<generation.Leased, 'release_id' | 'input' | 'seed' | 'fence'> & { id: string; attempts: number },
  ttl_ms: number,
): Promise<Lease> {
  const order = await engineOrderOf(context, job);
  const { slug, modality, binding, files } = order.release;
  const at = `${context.origins.public}/api/v1/runners/leases/${job.id}`;
  const urlOf = (sha256: string) => `${at}/files/${sha256}?fence=${job.fence}`;
  const pictures = await picturesOfJob(context, job);
  return {
    lease_id: job.id,
    fence: job.fence,
    ttl_ms,
    job: {
      generation_id: job.id,
      attempt: job.attempts,
      release: { id: job.release_id, slug, modality, binding },
      // a job comes out of the database and a canary does not: neither is told by the order of its fields
      input: Object.fromEntries(Object.entries(job.input).sort(([a], [b]) => (a < b ? -1 : 1))),
      seed: job.seed,
      limits: order.limits,
    },
    files: files.map((file) => ({ ...file, url: urlOf(file.sha256) })),
    pictures: pictures.map(({ url, ...said }) => ({ ...said, url: urlOf(said.sha256), link: url })),
    outputs_url: `${at}/outputs`,
  };
}
