import type { Context } from '../context.ts';
import { onePer } from '../kit/batcher.ts';
import type { Tx } from '../kit/database.ts';
import * as generation from '../modules/generation/index.ts';
import { type Refusal, refusal, refuse } from '../refuse.ts';

/** Generations that may be open at once: of one payer, and of those, asked for with one key. */
const OPEN_MAX = 50;
const KEY_OPEN_MAX = 25;
/** With more to wait for than this, a pool takes nothing new: it would expire before its turn, or come too late to matter. */
const WAIT_MS_MAX = { interactive: 10 * 60_000, bulk: 3 * 3_600_000 };
/** How long a look at the pools is good for. */
const LOOK_MS = 1_000;
const RETRY_S = { soon: 10, min: 5, max: 600 };

type Job = Pick<generation.NewGeneration, 'payer_id' | 'api_key_id' | 'pool' | 'class'>;

/**
 * Refuses what would wait too long in its pool, by how long the last runs took. A pool that nobody serves has no such
 * figure: what comes there waits until its deadline, and says that nobody serves it.
 */
export async function refuseFullPool(context: Context, job: Job): Promise<void> {
  const standings = await lookAt(context);
  const standing = standings.get(job.pool);
  const wait_ms = job.class === 'bulk' ? standing?.wait_bulk_ms : standing?.wait_ms;
  const over_ms = (wait_ms ?? 0) - WAIT_MS_MAX[job.class];
  if (over_ms <= 0) return;
  const retry_after_s = Math.min(RETRY_S.max, Math.max(RETRY_S.min, Math.ceil(over_ms / 1000)));
  refuse('QUEUE_FULL', { whose: 'pool', limit: null, retry_after_s });
}

type Look = { at_ms: number; standings: Promise<Map<string, generation.PoolStanding>> };
const lookOf = onePer<Context, { last: Look | null }>(() => ({ last: null }));

function lookAt(context: Context): Look['standings'] {
  const look = lookOf(context);
  const now = performance.now();
  if (look.last && now - look.last.at_ms < LOOK_MS) return look.last.standings;
  const standings = generation
    .poolStandings(context.db, context.clock.now())
    .then((all) => new Map(all.map((standing) => [standing.pool, standing])));
  look.last = { at_ms: now, standings };
  standings.catch(() => (look.last = null));
  return standings;
}

/** For each job, in the order in which they came: null, or which limit of its payer or key it is beyond. */
export async function beyondLimits(tx: Tx, jobs: readonly Job[]): Promise<(Refusal | null)[]> {
  if (jobs.length === 0) return [];
  const payers = [...new Set(jobs.map(({ payer_id }) => payer_id))];
  // starts of one payer wait for each other here, in whichever process, so that nobody counts too few
  await generation.lockPayers(tx, payers);
  const open = await generation.countOpen(tx, payers);
  const admitted = new Map<string, number>();
  return jobs.map(({ payer_id, api_key_id }) => {
    const ofPayer = open.ofPayer(payer_id) + (admitted.get(payer_id) ?? 0);
    if (ofPayer >= OPEN_MAX) return full('yours', OPEN_MAX);
    if (api_key_id !== null) {
      const ofKey = open.ofKey(api_key_id) + (admitted.get(api_key_id) ?? 0);
      if (ofKey >= KEY_OPEN_MAX) return full('key', KEY_OPEN_MAX);
      admitted.set(api_key_id, (admitted.get(api_key_id) ?? 0) + 1);
    }
    admitted.set(payer_id, (admitted.get(payer_id) ?? 0) + 1);
    return null;
  });
}

const full = (whose: 'yours' | 'key', limit: number) =>
  refusal('QUEUE_FULL', { whose, limit, retry_after_s: RETRY_S.soon });
