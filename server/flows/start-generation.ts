import { randomInt } from 'node:crypto';
import { paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId, newId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { type Batcher, createBatcher, onePer, type Outcome } from '../kit/batcher.ts';
import type { Tx } from '../kit/database.ts';
import { claimKeys, earlierOf, type KeyClaim, releaseKeys } from '../kit/idempotency.ts';
import { micros } from '../kit/money.ts';
import { tellAll } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as registry from '../modules/registry/index.ts';
import { type Refusal, refusal, refuse } from '../refuse.ts';
import { termsInForce } from '../views/terms-in-force.ts';

/** Waiting longer than this, a generation expires and its credits are free again. */
const QUEUE_LIFE_MS = 30 * 60_000;
/** A hold outlives everything that its generation may wait for: queue, run, delivery, a night of trouble. */
const HOLD_LIFE_MS = 24 * 60 * 60_000;
/** Generations of one payer that may be open at once. */
const OPEN_MAX = 50;
/** Below this much free disk nothing new is started: what was started must still fit. */
const ROOM_MIN_BYTES = 128n * 1024n * 1024n;
const SEED_MAX = 2 ** 32 - 1;
const BATCH_MAX = 500;

type StartRequest = {
  key: string;
  release_id: ReleaseId;
  input: Record<string, unknown>;
  quote?: string | undefined;
  spend_first: 'promo' | 'paid';
};

/**
 * Starts a generation: terms frozen, credits held, work queued. The same key gives the same generation, however
 * often and however many at once it is sent. Those that come together are started in one transaction.
 */
export async function startGeneration(
  context: Context,
  payer_id: AccountId,
  request: StartRequest,
): Promise<GenerationId> {
  const at = context.clock.now();
  if ((await context.media.room()) < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
  const { key, ...body } = request;
  const claim = { actor_id: payer_id, key, endpoint: 'createGeneration', body, at };
  const earlier = await earlierOf(context.db, claim);
  if (earlier) return 'conflict' in earlier ? refuse('IDEMPOTENCY_CONFLICT') : asId(earlier.subject);

  const job = await prepare(context, payer_id, request, at);
  const id = await startsOf(context).add({ claim, job, spend_first: request.spend_first });
  context.wake.send('queue');
  context.wake.send('news');
  return id;
}

type Job = Omit<generation.NewGeneration, 'promo_micros' | 'paid_micros'> & { title: string };
type Start = { claim: KeyClaim; job: Job; spend_first: 'promo' | 'paid' };

/** Everything that can be known before credits are held: release, input, terms, price. */
async function prepare(
  { db, quote_key }: Context,
  payer_id: AccountId,
  request: StartRequest,
  at: Date,
): Promise<Job> {
  const release = await registry.releaseForUse(db, request.release_id);
  const input = generation.readInput(release, request.input);
  const { terms, rate_card } = await termsInForce(db, release, payer_id, at);
  const listed = generation.priceOf(rate_card, release.price_class, release.metering, input);
  const metered = generation.meteredFields(release.metering, input);
  const promised =
    request.quote !== undefined
      ? generation.promisedPrice(quote_key, request.quote, { release_id: release.id, metered, at })
      : listed;
  const seed = typeof input.seed === 'number' ? input.seed : randomInt(SEED_MAX);
  return {
    id: newId<GenerationId>(at),
    payer_id,
    release_id: release.id,
    modality: release.modality,
    input: { ...input, seed },
    seed,
    terms,
    price_micros: promised < listed ? promised : listed,
    created_at: at,
    deadline_at: new Date(at.getTime() + QUEUE_LIFE_MS),
    title: release.title,
  };
}

const startsOf = onePer<Context, Batcher<Start, GenerationId>>((context) =>
  createBatcher({ size_max: BATCH_MAX, flush: (starts) => startAll(context, starts) }),
);

/** One transaction for all of them: keys claimed, credits held, work queued, told. Each has an answer of its own. */
async function startAll(context: Context, starts: readonly Start[]): Promise<Outcome<GenerationId>[]> {
  return context.database.inTransaction(async (tx) => {
    const purses = starts.flatMap(({ job }) => [paidCredits(job.payer_id), promoCredits(job.payer_id)]);
    const idOf = await context.accounts.within(tx, purses);
    const first = await claimKeys(
      tx,
      starts.map(({ claim, job }) => ({ ...claim, subject: job.id })),
    );
    const outcomes = new Map<Start, Outcome<GenerationId>>();
    for (const [place, start] of starts.entries())
      if (!first.has(place)) outcomes.set(start, await repeated(tx, start));

    const claimed = starts.filter((_, place) => first.has(place));
    const held = await hold(tx, claimed, idOf);
    const queued = claimed.flatMap((start, place) => {
      const funding = held[place];
      if (!funding) return [];
      const { title: _, ...job } = start.job;
      outcomes.set(start, { value: job.id });
      return [{ ...job, ...funding }];
    });
    const refused = claimed.filter((_, place) => !held[place]);
    for (const start of refused) outcomes.set(start, { error: await tooFewCredits(tx, start) });
    await releaseKeys(
      tx,
      refused.map(({ claim }) => claim),
    );
    if (queued.length > 0) await enqueue(tx, queued);
    return starts.map((start) => outcomes.get(start) ?? { error: new Error('a start without an answer') });
  });
}

/** The key was claimed before: what that did is the answer. */
async function repeated(tx: Tx, { claim }: Start): Promise<Outcome<GenerationId>> {
  const earlier = await earlierOf(tx, claim);
  if (!earlier || 'conflict' in earlier) return { error: refusal('IDEMPOTENCY_CONFLICT') };
  return { value: asId<GenerationId>(earlier.subject) };
}

/** Sets each price aside and says which credits paid for it; null where there were too few. */
async function hold(
  tx: Tx,
  starts: readonly Start[],
  idOf: ledger.IdOf,
): Promise<(generation.Purse | null)[]> {
  const taken = await ledger.authorize(
    tx,
    starts.map(({ job, spend_first }) => {
      const promo = promoCredits(job.payer_id);
      const paid = paidCredits(job.payer_id);
      const [first, second] = spend_first === 'promo' ? [promo, paid] : [paid, promo];
      const expires_at = new Date(job.created_at.getTime() + HOLD_LIFE_MS);
      return { id: job.id, first, second, amount: job.price_micros, expires_at };
    }),
    idOf,
  );
  return starts.map(({ spend_first }, place) => {
    const purse = taken[place];
    if (!purse) return null;
    const { first, second } = purse;
    return spend_first === 'promo'
      ? { promo_micros: first, paid_micros: second }
      : { promo_micros: second, paid_micros: first };
  });
}

async function enqueue(tx: Tx, queued: readonly generation.NewGeneration[]): Promise<void> {
  // after the holds: they make starts of one payer wait for each other, so that nobody counts too few
  const open = await generation.countOpen(
    tx,
    queued.map(({ payer_id }) => payer_id),
  );
  const starting = Map.groupBy(queued, ({ payer_id }) => payer_id);
  for (const [payer_id, mine] of starting)
    if (open(payer_id) + mine.length > OPEN_MAX) refuse('QUEUE_FULL', { retry_after_s: 10, limit: OPEN_MAX });
  await generation.insertGenerations(tx, queued);
  const { created_at } = present(queued[0], 'the first of those queued');
  await tellAll(
    tx,
    'generation.queued',
    queued.map(({ id, payer_id }) => ({ generation_id: id, payer_id })),
    created_at,
  );
}

async function tooFewCredits(tx: Tx, { job }: Start): Promise<Refusal> {
  const balance = await ledger.balances(tx, [paidCredits(job.payer_id), promoCredits(job.payer_id)]);
  const available =
    balance(paidCredits(job.payer_id)).available + balance(promoCredits(job.payer_id)).available;
  return refusal('INSUFFICIENT_CREDITS', {
    price_micros: micros(job.price_micros),
    available_micros: micros(available),
  });
}
