import { randomInt } from 'node:crypto';
import { paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId, newId, type ReleaseId } from '../ids.ts';
import { claimKey } from '../kit/idempotency.ts';
import { tell } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { termsInForce } from '../views/terms-in-force.ts';

/** Waiting longer than this, a generation expires and its credits are free again. */
const QUEUE_LIFE_MS = 30 * 60_000;
/** Generations of one payer that may be open at once. */
export const OPEN_MAX = 50;
/** Below this much free disk nothing new is started: what was started must still fit. */
const ROOM_MIN_BYTES = 128n * 1024n * 1024n;
const SEED_MAX = 2 ** 32 - 1;

export type StartRequest = {
  key: string;
  release_id: ReleaseId;
  input: Record<string, unknown>;
  quote?: string | undefined;
  spend_first: 'promo' | 'paid';
};

/**
 * Holds the credits, freezes the terms and queues the work, in one transaction. The same key gives the
 * same generation, however often and however many at once it is sent.
 */
export async function startGeneration(
  context: Context,
  payer_id: AccountId,
  request: StartRequest,
): Promise<GenerationId> {
  const at = context.clock.now();
  if ((await context.media.room()) < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
  const { key, ...body } = request;
  const started = await context.database.inTransaction(async (tx) => {
    const claim = await claimKey(tx, { actor_id: payer_id, key, endpoint: 'createGeneration', body, at });
    if ('conflict' in claim) refuse('IDEMPOTENCY_CONFLICT');
    if (!claim.first) return asId<GenerationId>(claim.subject);

    const release = await registry.releaseForUse(tx, request.release_id);
    const input = generation.readInput(release, request.input);
    const { terms, rate_card } = await termsInForce(tx, release, payer_id, at);
    const listed = generation.priceOf(rate_card, release.price_class, release.metering, input);
    const metered = generation.meteredFields(release.metering, input);
    const promised =
      request.quote !== undefined
        ? generation.promisedPrice(context.quote_key, request.quote, { release_id: release.id, metered, at })
        : listed;
    const price = promised < listed ? promised : listed;

    const paid = paidCredits(payer_id);
    const promo = promoCredits(payer_id);
    // locks the purse: of many starts at once each sees what the one before it left
    const balance = await ledger.balances(tx, [paid, promo], { lock: true });
    const purse = { promo_micros: balance(promo).available, paid_micros: balance(paid).available };
    const funding = generation.fund(price, purse, request.spend_first);
    if (!funding) {
      const available_micros = (purse.promo_micros + purse.paid_micros).toString();
      refuse('INSUFFICIENT_CREDITS', { price_micros: price.toString(), available_micros });
    }
    const open = await generation.countOpen(tx, payer_id);
    if (open >= OPEN_MAX) refuse('QUEUE_FULL', { retry_after_s: 10, limit: OPEN_MAX });

    const id = newId<GenerationId>(at);
    const seed = typeof input.seed === 'number' ? input.seed : randomInt(SEED_MAX);
    await generation.insertGeneration(tx, {
      id,
      payer_id,
      release_id: release.id,
      modality: release.modality,
      input: { ...input, seed },
      seed,
      terms,
      price_micros: price,
      ...funding,
      created_at: at,
      deadline_at: new Date(at.getTime() + QUEUE_LIFE_MS),
    });
    const holds = [
      { id, account: promo, amount: funding.promo_micros, memo: release.title },
      { id, account: paid, amount: funding.paid_micros, memo: release.title },
    ].filter(({ amount }) => amount > 0n);
    await ledger.hold(tx, holds, at);
    await claim.record(id);
    await tell(tx, 'generation.queued', { generation_id: id, payer_id }, at);
    return id;
  });
  context.wake.send('queue');
  context.wake.send('news');
  return started;
}
