import type { Context } from '../context.ts';
import type { AccountId, ApiKeyId, BatchId, BoardId, GenerationId, ReleaseId } from '../ids.ts';
import { claimKey, earlierOf, earlierOfEach, type KeyClaim } from '../kit/idempotency.ts';
import { micros, sum } from '../kit/money.ts';
import * as generation from '../modules/generation/index.ts';
import * as moderation from '../modules/moderation/index.ts';
import * as registry from '../modules/registry/index.ts';
import { Refusal, refuse } from '../refuse.ts';
import { quoteOf } from '../views/quote.ts';
import { judgePrompt } from './judge-prompt.ts';
import { picturesNamed } from './pictures-named.ts';
import { claimOf, startGeneration } from './start-generation.ts';

type BatchRequest = {
  key: string;
  batch_id: BatchId;
  board_id: BoardId | null;
  generations: { release_id: ReleaseId; input: Record<string, unknown>; quote?: string | undefined }[];
  spend_first: 'promo' | 'paid';
  api_key_id: ApiKeyId | null;
  via?: 'openai';
  region?: string | null;
};
type Started = { ids: GenerationId[]; refused: { place: number; refusal: Refusal }[] };

/**
 * Starts what belongs together, each under a key of its own made of the batch's, so that sending it again
 * starts nothing twice. What can be known before is refused for all of them, until one of them has started: the
 * same press again then goes on where it was. Another press is looked at whole, whatever batch it says it is of.
 */
export async function startBatch(
  context: Context,
  payer_id: AccountId,
  { key, generations, ...shared }: BatchRequest,
): Promise<Started> {
  const at = context.clock.now();
  const { batch_id, board_id, spend_first } = shared;
  const body = { batch_id, board_id, spend_first, generations };
  const claim = { actor_id: payer_id, key, endpoint: 'createBatch', body, at };
  const earlier = await earlierOf(context.db, claim);
  if (earlier && 'conflict' in earlier) refuse('IDEMPOTENCY_CONFLICT');
  if (board_id) await refuseForeignBoard(context, payer_id, board_id);
  const starts = generations.map((one, place) => ({ ...one, ...shared, key: `${key} ${place}` }));
  const hasBegun = async () => {
    const before = await earlierOfEach(
      context.db,
      starts.map((wanted) => claimOf(payer_id, wanted, at)),
    );
    return before.some((found) => found && 'subject' in found);
  };
  if (!(await hasBegun())) {
    await refuseWhatIsWrong(context, payer_id, generations);
    await refuseWhatCannotBePaid(context, payer_id, generations, hasBegun);
  }
  if (!earlier) await claimAll(context, claim, batch_id);
  const ids: GenerationId[] = [];
  const refused: Started['refused'] = [];
  // one after the other: their ids lie in the order of their places, and the first get what room there is
  for (const [place, wanted] of starts.entries()) {
    try {
      ids.push(await startGeneration(context, payer_id, wanted));
    } catch (trouble) {
      if (!(trouble instanceof Refusal)) throw trouble;
      // what is wrong with the first is wrong with all: only room may be there for the next
      if (ids.length === 0 && trouble.code !== 'QUEUE_FULL') throw trouble;
      refused.push({ place, refusal: trouble });
    }
  }
  const [first] = refused;
  if (ids.length === 0 && first) throw first.refusal;
  return { ids, refused };
}

/** Of two presses with one key that differ, one is the first, and the other starts nothing. */
async function claimAll(context: Context, claim: KeyClaim, batch_id: BatchId): Promise<void> {
  await context.database.inTransaction(async (tx) => {
    const claimed = await claimKey(tx, claim);
    if ('conflict' in claimed) refuse('IDEMPOTENCY_CONFLICT');
    if (claimed.first) await claimed.record(batch_id);
  });
}

async function refuseForeignBoard(context: Context, owner_id: AccountId, id: BoardId): Promise<void> {
  const [board] = await generation.boardsByIds(context.db, owner_id, [id]);
  if (!board || board.deleted_at) refuse('NOT_FOUND');
}

/** Looks at each as its start would: release, input, prompt, promised price. The same words are judged once. */
async function refuseWhatIsWrong(
  context: Context,
  payer_id: AccountId,
  generations: BatchRequest['generations'],
): Promise<void> {
  const { db, quote_key, clock } = context;
  const at = clock.now();
  const judged = new Set<string>();
  for (const one of generations) {
    const release = await registry.releaseForUse(db, one.release_id, at);
    const input = generation.readInput(release, one.input);
    await picturesNamed(context, payer_id, release, input);
    if (one.quote !== undefined) {
      const metered = generation.meteredFields(release.metering, input);
      generation.promisedPrice(quote_key, one.quote, { release_id: release.id, metered, at });
    }
    const words = JSON.stringify([release.slug, moderation.promptsOf(release.input_schema, input)]);
    if (judged.has(words)) continue;
    judged.add(words);
    await judgePrompt(context, payer_id, release, input);
  }
}

/** Asks the price of each, which looks at everything that is sent, and compares their sum with the purse. */
async function refuseWhatCannotBePaid(
  context: Context,
  payer_id: AccountId,
  generations: BatchRequest['generations'],
  hasBegun: () => Promise<boolean>,
): Promise<void> {
  const quotes = await Promise.all(generations.map((one) => quoteOf(context, payer_id, one)));
  const price = sum(quotes.map(({ price_micros }) => BigInt(price_micros)));
  const available_micros = quotes[0]?.available_micros ?? '0';
  if (price <= BigInt(available_micros)) return;
  // the same press, sent twice at once, may have been the one that took the credits
  if (await hasBegun()) return;
  refuse('INSUFFICIENT_CREDITS', { price_micros: micros(price), available_micros });
}
