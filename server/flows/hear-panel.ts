import type { Judge as Counted } from '@stellary/judging';
import { JUDGES_LEAST } from '#api/competitions/results-shapes.ts';
import type { Context } from '../context.ts';
import type { Tx } from '../kit/database.ts';
import { judgeConflicts } from '../views/competitions/judge-conflicts.ts';
import { emergencyUntil, revealsUntil } from '../views/competitions/panel-times.ts';
import * as competitions from '../modules/competitions/index.ts';
import { type Heard, NOTHING_COMMITTED } from '../views/competitions/tally-files.ts';
import type { Counting } from './tally-steps.ts';

const SYSTEM = { id: 'system', as: 'system' };

/**
 * Opens what judges left with us, and says whose rankings count. Whoever committed to nothing, revealed nothing in time,
 * or turns out to have a conflict of interest is void, with the reason. Waits while somebody may still reveal, and where
 * too few are left, until another judge was found.
 */
export async function hearPanel(
  context: Context,
  { category, round, tally }: Pick<Counting, 'category' | 'round' | 'tally'>,
  finalists: readonly string[],
): Promise<Heard | { waits_for: string }> {
  const at = context.clock.now();
  return context.database.inTransaction(async (tx) => {
    await competitions.holdTally(tx, tally);
    await voidConflicted(tx, { category, round }, at);
    const waiting: string[] = [];
    for (const judge of await judgesIn(tx, category)) {
      const turn = judge.state === 'accepted' ? await hear(tx, judge, { round, at, finalists }) : 'heard';
      if (turn === 'waits') waiting.push(judge.display_name);
    }
    const judges = await judgesIn(tx, category);
    const rankings = await competitions.rankingsOf(
      tx,
      judges.map(({ id }) => id),
    );
    const counting = judges.filter(({ id, state }) => state === 'accepted' && rankings.get(id)?.revealed_at);
    if (waiting.length > 0) return { waits_for: `${waiting.join(', ')}: a ranking is not revealed yet.` };
    if (counting.length < JUDGES_LEAST)
      return {
        waits_for: `Only ${counting.length} of at least ${JUDGES_LEAST} rankings count. Invite another judge.`,
      };
    return heardOf(judges, rankings);
  });
}

const judgesIn = async (tx: Tx, { id }: competitions.Category): Promise<competitions.Judge[]> =>
  (await competitions.judgesAmong(tx, [id])).filter(
    ({ state, answered_at }) => state === 'accepted' || (answered_at !== null && state !== 'declined'),
  );

async function voidConflicted(tx: Tx, of: Pick<Counting, 'category' | 'round'>, at: Date): Promise<void> {
  const accepted = (await judgesIn(tx, of.category)).filter(({ state }) => state === 'accepted');
  const conflicts = await judgeConflicts(
    tx,
    of,
    accepted.map(({ person_id }) => person_id),
  );
  for (const { id, person_id } of accepted)
    if (conflicts.get(person_id)?.length !== 0)
      await competitions.moveJudge(tx, 'void', { id, by: SYSTEM, at, set: { reason: 'CONFLICT' } });
}

/** Whether a judge who accepted is heard by now, one way or the other. */
async function hear(
  tx: Tx,
  judge: competitions.Judge,
  { round, at, finalists }: { round: competitions.Round; at: Date; finalists: readonly string[] },
): Promise<'heard' | 'waits'> {
  const { id } = judge;
  const ranking = await competitions.rankingOf(tx, id);
  if (ranking?.revealed_at) return 'heard';
  const until = judge.emergency ? emergencyUntil(judge) : revealsUntil(round);
  const isVoid = (reason: string) =>
    competitions.moveJudge(tx, 'void', { id, by: SYSTEM, at, set: { reason } }).then(() => 'heard' as const);
  if (!ranking?.digest) {
    if (judge.emergency && at < until) return 'waits';
    return isVoid('NOTHING_COMMITTED');
  }
  if (ranking.kept_salt === null) return at < until ? 'waits' : isVoid('NOTHING_REVEALED');
  const { entry_ids, notes, kept_salt: salt } = ranking;
  const whole =
    entry_ids.length === finalists.length && finalists.every((entry) => entry_ids.includes(entry));
  if (!whole || competitions.digestOfSheet({ judge_id: id, entry_ids, notes, salt }) !== ranking.digest)
    return isVoid('NOT_AS_COMMITTED');
  await competitions.revealRanking(tx, { judge_id: id, entry_ids, notes, salt }, at);
  return 'heard';
}

function heardOf(
  judges: readonly competitions.Judge[],
  rankings: ReadonlyMap<competitions.Judge['id'], competitions.Ranking>,
): Heard {
  const byId = judges.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return {
    judges: byId.map(({ id, display_name, state, reason }): Counted => {
      const ranking = rankings.get(id);
      const open = ranking?.salt ? { ...ranking, salt: ranking.salt } : null;
      return {
        ...{ id, name: display_name },
        ranking: open?.entry_ids ?? null,
        salt: open ? competitions.saltWithNotes(open) : '',
        commitment: ranking?.digest ?? NOTHING_COMMITTED,
        barred: state === 'accepted' ? null : state === 'recused' ? 'RECUSED' : (reason ?? 'VOID'),
      };
    }),
    sheets: byId.map(({ id }) => {
      const ranking = rankings.get(id);
      return { judge: id, notes: ranking?.salt ? ranking.notes : {}, salt: ranking?.salt ?? null };
    }),
  };
}
