import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Context } from '../context.ts';
import type { AccountId, JudgeId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';
import { emergencyUntil } from '../views/competitions/panel-times.ts';
import { isPartyTo } from '../views/competitions/own-interest.ts';
import { isAskedByAnother } from '../views/competitions/second-person.ts';
import { refuseConflicted } from './invite-judge.ts';
import { nextVersion } from './disqualify-entry.ts';

type Answer = { id: JudgeId; accepted: boolean; no_conflict: boolean; declaration: string };

/** A judge accepts, and declares that nothing stands against it; or declines. */
export async function answerJudge(
  context: Context,
  person_id: AccountId,
  { id, accepted, no_conflict, declaration }: Answer,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const { judge, round, category } = await ownPanel(tx, person_id, id);
    const by = { id: person_id, as: 'judge' };
    const set = { answered_at: at, declaration: declaration || null };
    if (accepted) {
      if (at >= panelEnd(judge, round))
        refuse('NOT_NOW', { state: round.state, act: 'accept', possible: ['decline'] });
      if (!no_conflict) refuse('DECLARATION_MISSING');
      await refuseConflicted(tx, { round, category }, person_id);
    }
    await competitions.moveJudge(tx, accepted ? 'accept' : 'decline', { id, by, at, set });
  });
  context.wake.send('news');
}

/** A judge steps back. Before the category is counted their ranking is simply not heard. */
export async function recuseJudge(
  context: Context,
  person_id: AccountId,
  { id, reason }: { id: JudgeId; reason: string },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const { round, category } = await ownPanel(tx, person_id, id);
    const last = await competitions.newestTally(tx, category.id);
    // others of the round may still be counted: who stepped back now would stand in a count that is over
    if (last?.published_at) refuse('NOT_NOW', { state: round.state, act: 'recuse', possible: [] });
    if (resultsAreOut(round.state)) refuse('NOT_NOW', { state: round.state, act: 'recuse', possible: [] });
    await competitions.moveJudge(tx, 'recuse', {
      id,
      by: { id: person_id, as: 'judge' },
      at,
      set: { reason },
    });
    await hearAgain(tx, category);
  });
  context.wake.send('news');
}

/**
 * What an organiser finds out late: the ranking does not count. After the counting that is another version, and once the
 * results are out nobody does it alone.
 */
export async function voidJudge(
  context: Context,
  actor_id: AccountId,
  { id, reason }: { id: JudgeId; reason: string },
): Promise<competitions.Judge> {
  const at = context.clock.now();
  const judge = await context.database.inTransaction(async (tx) => {
    const found = (await competitions.judgeById(tx, id)) ?? refuse('NOT_FOUND');
    const round = present(await competitions.lockRound(tx, found.round_id), 'the round of a judge');
    await competitions.lockTally(tx, found.category_id);
    if (await isPartyTo(tx, found.category_id, actor_id)) refuse('OWN_INTEREST');
    if (CLOSED.has(round.state)) refuse('NOT_NOW', { state: round.state, act: 'void', possible: [] });
    const asked = { category_id: found.category_id, actor_id };
    if (resultsAreOut(round.state) && !(await isAskedByAnother(tx, round.id, asked)))
      refuse('SECOND_PERSON_NEEDED');
    const by = { id: actor_id, as: 'editor' };
    await competitions.moveJudge(tx, 'void', { id, by, at, set: { reason: `CONFLICT: ${reason}` } });
    const says = `The ranking of ${found.display_name} is void. ${reason}`;
    const because = { reason: 'judge_void', says, by, changes: 'panel_heard' } as const;
    await nextVersion(tx, found.category_id, because, at);
    return present(await competitions.judgeById(tx, id), 'a judge that was voided');
  });
  context.wake.send('news');
  return judge;
}
const CLOSED = new Set<string>(['final', 'settled', 'archived', 'cancelled']);

/** What a judge was asked to judge; of somebody else's there is nothing. It stays as it is until the end. */
export async function ownPanel(tx: Tx, person_id: AccountId, id: JudgeId) {
  const found = await competitions.judgeById(tx, id);
  if (found?.person_id !== person_id) refuse('NOT_FOUND');
  const round = present(await competitions.keepRound(tx, found.round_id), 'the round of a panel');
  const category = present(await competitions.categoryById(tx, found.category_id), 'the category of a panel');
  await competitions.lockTally(tx, category.id);
  const judge = present(await competitions.lockJudge(tx, id), 'a judge that was just there');
  return { judge, round, category };
}

/** Until when a judge commits a ranking. */
export const panelEnd = (judge: competitions.Judge, { tally_at }: competitions.Round): Date =>
  judge.emergency ? emergencyUntil(judge) : tally_at;

/** A counting that waits for the panel begins to hear it anew; one that has heard it is not changed below. */
async function hearAgain(tx: Tx, { id }: competitions.Category): Promise<void> {
  const tally = await competitions.newestTally(tx, id);
  if (!tally || tally.published_at) return;
  await competitions.interruptTally(tx, tally);
  if ((await competitions.stepsOfTally(tx, tally.id)).has('panel_heard')) refuse('COUNTING');
}
