import type { Anomaly } from '#api/competitions/results-shapes.ts';
import type * as z from 'zod';
import type { Context } from '../context.ts';
import { type AccountId, type IntegrityCaseId, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';
import { isPartyTo } from '../views/competitions/own-interest.ts';
import { settleSoon } from './settle-round.ts';

type Opened = { slug: string; kind: competitions.Category['kind']; anomaly: z.infer<typeof Anomaly> };

/** Somebody at the desk looks into something odd. While it is open, nothing is final. */
export async function openCase(
  context: Context,
  actor_id: AccountId,
  { slug, kind, anomaly }: Opened,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const found = (await competitions.roundBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    // whoever settles it meanwhile waits, or has done so
    const round = present(await competitions.keepRound(tx, found.id), 'a round that was found');
    const category = (await competitions.categoryOfKind(tx, round.id, kind)) ?? refuse('NOT_FOUND');
    if (await isPartyTo(tx, category.id, actor_id)) refuse('OWN_INTEREST');
    const entries = await competitions.entriesByIds(tx, anomaly.entry_id ? [anomaly.entry_id] : []);
    if (anomaly.entry_id && entries[0]?.category_id !== category.id) refuse('NOT_FOUND');
    const id = newId<IntegrityCaseId>(at);
    const opened = { id, round_id: round.id, category_id: category.id, anomaly, opened_by: actor_id };
    await competitions.openIntegrityCase(tx, opened, at);
  });
  context.wake.send('news');
}

type Closed = {
  id: IntegrityCaseId;
  outcome: NonNullable<competitions.IntegrityCase['outcome']>;
  reason: string;
};

/** Says what came of it. Answers the address of its round. */
export async function closeCase(
  context: Context,
  actor_id: AccountId,
  { id, ...ended }: Closed,
): Promise<string> {
  const at = context.clock.now();
  const slug = await context.database.inTransaction(async (tx) => {
    const found = (await competitions.integrityCaseById(tx, id)) ?? refuse('NOT_FOUND');
    const round = present(await competitions.lockRound(tx, found.round_id), 'the round of a case');
    if (await isPartyTo(tx, found.category_id, actor_id)) refuse('OWN_INTEREST');
    await competitions.closeIntegrityCase(tx, { id, by: { id: actor_id, as: 'moderator' }, ...ended, at });
    // a round that waited for nothing else is settled now
    await settleSoon(tx, round, at);
    return round.slug;
  });
  context.wake.send('news');
  return slug;
}
