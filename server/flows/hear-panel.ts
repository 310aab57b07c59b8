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
 * too few are left, until another judge was found. With no finalists there is nothing to rank and nobody to wait for.
 *
 * A later version keeps the panel of the one `before`, without whom somebody at the desk has voided: relations that came
 * about since change no place. Others are heard only where too few are left.
 */
export async function hearPanel(
  context: Context,
  { category, round, tally }: Pick<Counting, 'category' | 'round' | 'tally'>,
  { finalists, before }: { finalists: readonly string[]; before: Heard | null },
): Promise<Heard | { waits_for: string }> {
  const at = context.clock.now();
  return context.database.inTransaction(async (tx) => {
    await competitions.holdTally(tx, tally);
    const known = lessVoided(before ?? NOBODY, await judgesIn(tx, category));
    if (before && (finalists.length === 0 || countingIn(known) >= JUDGES_LEAST)) return known;
    const isKnown = new Set(known.judges.map(({ id }) => id));
    const others = async () => (await judgesIn(tx, category)).filter(({ id }) => !isKnown.has(id));
    if (finalists.length === 0) return heardOf(tx, await others());
    await voidConflicted(tx, { category, round }, await others(), at);
    const waiting: string[] = [];
    for (const judge of await others()) {
      const turn = judge.state === 'accepted' ? await hear(tx, judge, { round, at, finalists }) : 'heard';
      if (turn === 'waits') waiting.push(judge.display_name);
    }
    const heard = together(known, await heardOf(tx, await others()));
    const counting = countingIn(heard);
    if (waiting.length > 0) return { waits_for: `${waiting.join(', ')}: a ranking is not revealed yet.` };
    if (counting < JUDGES_LEAST)
      return {
        waits_for: `Only ${counting} of at least ${JUDGES_LEAST} rankings count. Invite another judge.`,
      };
    return heard;
  });
}

const NOBODY: Heard = { judges: [], sheets: [] };
const countingIn = ({ judges }: Heard): number =>
  judges.filter(({ barred, ranking }) => barred === null && ranking !== null).length;

function lessVoided({ judges, sheets }: Heard, now: readonly competitions.Judge[]): Heard {
  const voided = new Map(
    now.flatMap(({ id, state, reason }): [string, string][] =>
      state === 'void' ? [[id, reason ?? 'VOID']] : [],
    ),
  );
  return {
    judges: judges.map((one) => ({ ...one, barred: one.barred ?? voided.get(one.id) ?? null })),
    sheets,
  };
}

/** In ascending order of their ids, as a bundle has them. */
function together(known: Heard, fresh: Heard): Heard {
  return {
    judges: [...known.judges, ...fresh.judges].toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    sheets: [...known.sheets, ...fresh.sheets].toSorted((one, other) => (one.judge < other.judge ? -1 : 1)),
  };
}

const judgesIn = async (tx: Tx, { id }: competitions.Category): Promise<competitions.Judge[]> =>
  (await competitions.judgesAmong(tx, [id])).filter(
    ({ state, answered_at }) => state === 'accepted' || (answered_at !== null && state !== 'declined'),
  );

async function voidConflicted(
  tx: Tx,
  of: Pick<Counting, 'category' | 'round'>,
  judges: readonly competitions.Judge[],
  at: Date,
): Promise<void> {
  const accepted = judges.filter(({ state }) => state === 'accepted');
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
  const until = judge.emergency ? emergencyUntil(judge) : revealsUntil(round);
  const isVoid = (reason: string) =>
    competitions.moveJudge(tx, 'void', { id, by: SYSTEM, at, set: { reason } }).then(() => 'heard' as const);
  const isWhole = ({ entry_ids }: competitions.Ranking) =>
    entry_ids.length === finalists.length && finalists.every((entry) => entry_ids.includes(entry));
  if (ranking?.revealed_at) return isWhole(ranking) ? 'heard' : isVoid('NOT_ALL_RANKED');
  if (!ranking?.digest) {
    if (judge.emergency && at < until) return 'waits';
    return isVoid('NOTHING_COMMITTED');
  }
  if (ranking.kept_salt === null) return at < until ? 'waits' : isVoid('NOTHING_REVEALED');
  const { entry_ids, notes, kept_salt: salt } = ranking;
  const made = competitions.digestOfSheet({ judge_id: id, entry_ids, notes, salt });
  if (!isWhole(ranking) || made !== ranking.digest) return isVoid('NOT_AS_COMMITTED');
  await competitions.revealRanking(tx, { judge_id: id, entry_ids, notes, salt }, at);
  return 'heard';
}

async function heardOf(tx: Tx, judges: readonly competitions.Judge[]): Promise<Heard> {
  const rankings = await competitions.rankingsOf(
    tx,
    judges.map(({ id }) => id),
  );
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
