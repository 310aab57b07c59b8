import type { Context } from '../context.ts';
import { type AccountId, newId, type ResultDisputeId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';
import { isPartyTo, standsIn } from '../views/competitions/own-interest.ts';

type Disputed = { slug: string; kind: competitions.Category['kind']; text: string };

/** Somebody who entered or voted says what is wrong, while there is time for it. */
export async function disputeResults(
  context: Context,
  person_id: AccountId,
  { slug, kind, text }: Disputed,
): Promise<ResultDisputeId> {
  const at = context.clock.now();
  const id = newId<ResultDisputeId>(at);
  await context.database.inTransaction(async (tx) => {
    const found = (await competitions.roundBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    const round = present(await competitions.keepRound(tx, found.id), 'a round that was found');
    const category = (await competitions.categoryOfKind(tx, round.id, kind)) ?? refuse('NOT_FOUND');
    const { state } = round;
    if (AFTER.has(state)) refuse('DISPUTES_OVER');
    if (state !== 'dispute_window') refuse('NOT_NOW', { state, act: 'dispute', possible: [] });
    if (at >= round.disputes_until) refuse('DISPUTES_OVER');
    if (!(await isInvolved(tx, category, person_id))) refuse('NOT_INVOLVED');
    const of_version = await competitions.versionOut(tx, category.id);
    const dispute = { id, round_id: round.id, category_id: category.id, of_version, person_id, text };
    if (!(await competitions.openDispute(tx, dispute, at))) refuse('DISPUTED_ALREADY');
  });
  context.wake.send('news');
  return id;
}
const AFTER = new Set<string>(['final', 'settled', 'archived']);

/** They entered, or they voted. */
export async function isInvolved(
  db: Db,
  { id }: Pick<competitions.Category, 'id'>,
  person_id: AccountId,
): Promise<boolean> {
  return (
    (await standsIn(db, id, person_id)) || (await competitions.votersAmong(db, id, [person_id])).size > 0
  );
}

type Ruled = { id: ResultDisputeId; upheld: boolean; reason: string };

/** Somebody at the desk decides it. The standings change by acts of their own. */
export async function ruleOnDispute(
  context: Context,
  actor_id: AccountId,
  { id, upheld, reason }: Ruled,
): Promise<competitions.ResultDispute> {
  const at = context.clock.now();
  const ruled = await context.database.inTransaction(async (tx) => {
    const dispute = (await competitions.disputeById(tx, id)) ?? refuse('NOT_FOUND');
    if (dispute.person_id === actor_id || (await isPartyTo(tx, dispute.category_id, actor_id)))
      refuse('OWN_INTEREST');
    const by = { id: actor_id, as: 'moderator' };
    await competitions.ruleOnDispute(tx, upheld ? 'uphold' : 'reject', { id, by, reason, at });
    return present(await competitions.disputeById(tx, id), 'a dispute that was decided');
  });
  context.wake.send('news');
  return ruled;
}

/** Whoever was ruled against says why they do not agree: once, in time, and somebody else answers. */
export async function appealDispute(
  context: Context,
  person_id: AccountId,
  { id, text }: { id: ResultDisputeId; text: string },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const dispute = await competitions.disputeById(tx, id);
    if (dispute?.person_id !== person_id) refuse('NOT_FOUND');
    // whoever makes the results final waits, or has done so
    const round = present(await competitions.keepRound(tx, dispute.round_id), 'the round of a dispute');
    if (dispute.appeal !== null) refuse('APPEALED_ALREADY');
    const until = competitions.appealUntil(dispute);
    if (until && (at >= until || round.state !== 'dispute_window')) refuse('DISPUTES_OVER');
    await competitions.appealDispute(tx, { id, by: { id: person_id, as: 'member' }, text, at });
  });
  context.wake.send('news');
}

/** Somebody else than who ruled answers the appeal, and that stays. */
export async function ruleOnDisputeAppeal(
  context: Context,
  actor_id: AccountId,
  { id, upheld, reason }: Ruled,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const dispute = (await competitions.disputeById(tx, id)) ?? refuse('NOT_FOUND');
    if (dispute.person_id === actor_id || (await isPartyTo(tx, dispute.category_id, actor_id)))
      refuse('OWN_INTEREST');
    if (dispute.state === 'appealed' && dispute.ruled_by === actor_id) refuse('SECOND_PERSON_NEEDED');
    const by = { id: actor_id, as: 'moderator' };
    await competitions.ruleOnAppeal(tx, upheld ? 'grant' : 'dismiss', { id, by, reason, at });
  });
  context.wake.send('news');
}
