import type { SheetNotes } from '#api/competitions/results-shapes.ts';
import type * as z from 'zod';
import type { Context } from '../context.ts';
import type { AccountId, JudgeId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';
import { revealsUntil } from '../views/competitions/panel-times.ts';
import { ownPanel, panelEnd } from './answer-judge.ts';

type Sheet = { id: JudgeId; order: readonly string[]; notes: z.infer<typeof SheetNotes> };

/** Saves a draft: all finalists, each once, and notes on them. */
export async function saveRanking(
  context: Context,
  person_id: AccountId,
  { id, version, order, notes }: Sheet & { version: number },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const { judge, round, category } = await ownPanel(tx, person_id, id);
    refuseClosed(judge, round, at);
    const before = await competitions.rankingOf(tx, id);
    if (before?.digest) refuse('RANKING_COMMITTED');
    await refuseOthers(tx, category, order, notes);
    const draft = { judge_id: id, seen: version, entry_ids: [...order], notes };
    if (!(await competitions.saveRanking(tx, draft, at)))
      refuse('STATE_CHANGED', { version: before?.version ?? 0 });
  });
}

/** The digest of the draft is public from now on, and the draft changes no more. */
export async function commitRanking(
  context: Context,
  person_id: AccountId,
  { id, digest, salt }: { id: JudgeId; digest: string; salt?: string | undefined },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const { judge, round, category } = await ownPanel(tx, person_id, id);
    refuseClosed(judge, round, at);
    const draft = (await competitions.rankingOf(tx, id)) ?? refuse('NOT_RANKED');
    if (draft.digest) refuse('RANKING_COMMITTED');
    await refuseOthers(tx, category, draft.entry_ids, draft.notes);
    if (salt && competitions.digestOfSheet({ ...draft, salt }) !== digest) refuse('NOT_WHAT_WAS_COMMITTED');
    await competitions.commitRanking(tx, { judge_id: id, digest, kept_salt: salt ?? null }, at);
    // whoever counts may be waiting for an emergency judge
    await competitions.wakeTally(tx, category.id);
  });
  context.wake.send('competitions');
}

/** After the final: what was committed is opened. What makes another digest is refused. */
export async function revealRanking(
  context: Context,
  person_id: AccountId,
  { id, order, notes, salt }: Sheet & { salt: string },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const { judge, round, category } = await ownPanel(tx, person_id, id);
    const ranking = await competitions.rankingOf(tx, id);
    if (!ranking?.digest) refuse('NOT_COMMITTED');
    if (round.state !== 'tally')
      if (at < round.tally_at) refuse('TOO_EARLY_TO_REVEAL', { from: round.tally_at.toISOString() });
    const until = judge.emergency ? panelEnd(judge, round) : revealsUntil(round);
    if (judge.state !== 'accepted' || at >= until || ranking.revealed_at) refuse('PANEL_CLOSED');
    const opened = { judge_id: id, entry_ids: [...order], notes, salt };
    if (competitions.digestOfSheet(opened) !== ranking.digest) refuse('NOT_WHAT_WAS_COMMITTED');
    // the digest alone says nothing of what was ranked
    await refuseOthers(tx, category, order, notes);
    await competitions.revealRanking(tx, opened, at);
    await competitions.wakeTally(tx, category.id);
  });
  context.wake.send('competitions');
}

function refuseClosed(judge: competitions.Judge, round: competitions.Round, at: Date): void {
  const { state } = judge;
  if (state !== 'accepted')
    refuse('NOT_NOW', { state, act: 'rank', possible: state === 'invited' ? ['accept'] : [] });
  const open = round.state === 'final_round' || (judge.emergency && OPEN_TO_EMERGENCY.has(round.state));
  if (!open && at < round.tally_at) refuse('NOT_NOW', { state: round.state, act: 'rank', possible: [] });
  if (!open || at >= panelEnd(judge, round)) refuse('PANEL_CLOSED');
}
const OPEN_TO_EMERGENCY = new Set<string>(['tally', 'dispute_window']);

async function refuseOthers(
  db: Db,
  { id }: competitions.Category,
  order: readonly string[],
  notes: Sheet['notes'],
): Promise<void> {
  // the first moments of the final, while they are being found
  const found = (await competitions.finalistsOf(db, id)) ?? refuse('COUNTING');
  const finalists = new Set<string>(found);
  const whole = order.length === finalists.size && new Set(order).size === order.length;
  if (!whole || [...order, ...Object.keys(notes)].some((entry) => !finalists.has(entry)))
    refuse('NOT_THE_FINALISTS');
}
