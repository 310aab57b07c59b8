import { randomInt } from 'node:crypto';
import { type Binding, EMBEDDED_POOL, poolOf } from '#api/registry/binding.ts';
import { paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import {
  type AccountId,
  type ApiKeyId,
  asId,
  type BatchId,
  type BoardId,
  type GenerationId,
  newId,
  type ReleaseId,
} from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Outcome } from '../kit/batcher.ts';
import type { Tx } from '../kit/database.ts';
import { claimKeys, earlierOf, earlierOfEach, type KeyClaim, releaseKeys } from '../kit/idempotency.ts';
import { micros, sum } from '../kit/money.ts';
import { tellAll } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as registry from '../modules/registry/index.ts';
import { PLANS } from '../offers.ts';
import { refusal, refuse } from '../refuse.ts';
import { plansOf } from '../views/plans.ts';
import { termsInForce } from '../views/terms-in-force.ts';
import { judgePrompt } from './judge-prompt.ts';
import { beyondLimits, refuseFullPool } from './admission.ts';
import { bySlot } from './by-slot.ts';
import { picturesNamed } from './pictures-named.ts';

/** Waiting longer than this, a generation expires and its credits are free again. */
const QUEUE_LIFE_MS = { interactive: 30 * 60_000, bulk: 6 * 60 * 60_000 };
/** A hold outlives everything that its generation may wait for: queue, run, delivery, a night of trouble. */
const HOLD_LIFE_MS = 24 * 60 * 60_000;
/** Below this much free disk nothing new is started: what was started must still fit. */
export const ROOM_MIN_BYTES = 128n * 1024n * 1024n;

type StartRequest = {
  key: string;
  release_id: ReleaseId;
  input: Record<string, unknown>;
  quote?: string | undefined;
  spend_first: 'promo' | 'paid';
  /** whether somebody waits for it, if not said */
  class?: generation.JobClass;
  /** the key that it is asked for with */
  api_key_id?: ApiKeyId | null;
  /** what it is started together with, and the board that it is for */
  batch_id?: BatchId;
  board_id?: BoardId | null;
  /** one of the APIs of others that we speak */
  via?: 'replicate' | 'openai' | 'fal';
  /** the continent that the browser is on, as far as it told */
  region?: string | null;
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
  const claim = claimOf(payer_id, request, at);
  const [room, earlier] = await Promise.all([context.media.room(), earlierOf(context.db, claim)]);
  if (room < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
  if (earlier) return 'conflict' in earlier ? refuse('IDEMPOTENCY_CONFLICT') : asId(earlier.subject);

  const job = await prepare(context, payer_id, request, at);
  await refuseFullPool(context, job);
  const id = await startsOf(context, payer_id).add({ claim, job, spend_first: request.spend_first });
  context.wake.send('queue');
  context.wake.send('news');
  return id;
}

/** The claim of its key; with which key of the API, by which way and from where it came says nothing of what is wanted. */
export function claimOf(
  payer_id: AccountId,
  { key, api_key_id: _, via: _via, region: _region, ...body }: StartRequest,
  at: Date,
): KeyClaim {
  return { actor_id: payer_id, key, endpoint: 'createGeneration', body, at };
}

type Job = Omit<generation.NewGeneration, 'promo_micros' | 'paid_micros' | 'weight'> & {
  title: string;
  pictures: generation.InputPicture[];
};
type Start = { claim: KeyClaim; job: Job; spend_first: 'promo' | 'paid' };

/** Everything that can be known before credits are held: release, input, terms, price. */
async function prepare(context: Context, payer_id: AccountId, request: StartRequest, at: Date): Promise<Job> {
  const { db, quote_key } = context;
  const release = await registry.releaseForUse(db, request.release_id, at);
  const input = generation.readInput(release, request.input);
  const pictures = await picturesNamed(context, payer_id, release, input);
  await judgePrompt(context, payer_id, release, input);
  const { terms, rate_card } = await termsInForce(db, release, payer_id, at);
  const listed = generation.priceOf(rate_card, release.price_class, release.metering, input);
  const metered = generation.meteredFields(release.metering, input);
  const promised =
    request.quote !== undefined
      ? generation.promisedPrice(quote_key, request.quote, { release_id: release.id, metered, at })
      : listed;
  const job_class = request.class ?? 'interactive';
  const seed = typeof input.seed === 'number' ? input.seed : randomInt(generation.SEED_MAX);
  return {
    id: newId<GenerationId>(at),
    payer_id,
    release_id: release.id,
    modality: release.modality,
    pool: poolOf(release.binding),
    class: job_class,
    api_key_id: request.api_key_id ?? null,
    requires: requirementsOf(release.binding),
    input: { ...input, seed },
    seed,
    terms,
    price_micros: promised < listed ? promised : listed,
    created_at: at,
    deadline_at: new Date(at.getTime() + QUEUE_LIFE_MS[job_class]),
    batch_id: request.batch_id ?? null,
    board_id: request.board_id ?? null,
    via: request.via ?? (request.api_key_id ? 'api' : 'page'),
    region: request.region ?? null,
    title: release.title,
    pictures,
  };
}

/** What a worker must have to run it: of what our own processors run, an engine of that kind. */
function requirementsOf(binding: Binding): generation.NewGeneration['requires'] {
  if (binding.kind === 'pull') return binding.requires;
  return { features: poolOf(binding) === EMBEDDED_POOL ? [binding.kind] : [] };
}

const startsOf = bySlot(startAll);

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
    const claimed = starts.filter((_, place) => first.has(place));
    const beyond = await beyondLimits(
      tx,
      claimed.map(({ job }) => job),
    );
    for (const [place, error] of beyond.entries()) {
      const start = claimed[place];
      if (start && error) outcomes.set(start, { error });
    }
    const admitted = claimed.filter((_, place) => !beyond[place]);

    const held = await hold(tx, admitted, idOf);
    const queued: Queued[] = [];
    for (const [place, start] of admitted.entries()) {
      const funding = held[place];
      if (!funding) continue;
      const { title: _, ...job } = start.job;
      queued.push({ ...job, ...funding });
      outcomes.set(start, { value: job.id });
    }
    await refuseThePoor(
      tx,
      admitted.filter((_, place) => !held[place]),
      outcomes,
    );
    await releaseKeys(
      tx,
      claimed.filter((start) => 'error' in (outcomes.get(start) ?? {})).map(({ claim }) => claim),
    );
    await answerRepeated(
      tx,
      starts.filter((start) => !outcomes.has(start)),
      claimed,
      outcomes,
    );
    if (queued.length > 0) await enqueue(tx, queued);
    return starts.map((start) => present(outcomes.get(start), 'the answer to a start'));
  });
}

/** Their keys were claimed before: what that did is the answer, also where it was refused just now. */
async function answerRepeated(
  tx: Tx,
  repeated: readonly Start[],
  claimed: readonly Start[],
  outcomes: Map<Start, Outcome<GenerationId>>,
): Promise<void> {
  const before = await earlierOfEach(
    tx,
    repeated.map(({ claim }) => claim),
  );
  for (const [place, start] of repeated.entries()) {
    const earlier = before[place];
    const { actor_id, key } = start.claim;
    const first = claimed.find(({ claim }) => claim.actor_id === actor_id && claim.key === key);
    if (!earlier)
      outcomes.set(start, present(first && outcomes.get(first), 'the answer to the first of two'));
    else if ('conflict' in earlier) outcomes.set(start, { error: refusal('IDEMPOTENCY_CONFLICT') });
    else outcomes.set(start, { value: asId<GenerationId>(earlier.subject) });
  }
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

type Queued = Omit<generation.NewGeneration, 'weight'> & Pick<Job, 'pictures'>;

async function enqueue(tx: Tx, queued: readonly Queued[]): Promise<void> {
  const { created_at } = present(queued[0], 'the first of those queued');
  const planOf = await plansOf(tx, [...new Set(queued.map(({ payer_id }) => payer_id))], created_at);
  await generation.insertGenerations(
    tx,
    queued.map(({ pictures: _, ...job }) => ({ ...job, weight: PLANS[planOf(job.payer_id)].weight })),
  );
  await generation.recordInputPictures(
    tx,
    queued.flatMap(({ id, pictures }) => pictures.map((picture) => ({ generation_id: id, ...picture }))),
  );
  await tellAll(
    tx,
    'generation.queued',
    queued.map(({ id, payer_id }) => ({ generation_id: id, payer_id })),
    created_at,
  );
}

/** Says to each what they have and what it would have cost, with one look at all their purses. */
async function refuseThePoor(
  tx: Tx,
  starts: readonly Start[],
  outcomes: Map<Start, Outcome<GenerationId>>,
): Promise<void> {
  if (starts.length === 0) return;
  const purses = ({ payer_id }: Job) => [paidCredits(payer_id), promoCredits(payer_id)];
  const balance = await ledger.balances(
    tx,
    starts.flatMap(({ job }) => purses(job)),
  );
  for (const start of starts) {
    const available_micros = micros(sum(purses(start.job).map((purse) => balance(purse).available)));
    const price_micros = micros(start.job.price_micros);
    outcomes.set(start, { error: refusal('INSUFFICIENT_CREDITS', { price_micros, available_micros }) });
  }
}
