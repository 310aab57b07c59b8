import type * as z from 'zod';
import { JudgeState, SheetNotes } from '#api/competitions/results-shapes.ts';
import { type AccountId, asId, type CategoryId, type JudgeId, type RoundId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { type JudgeAct, judgeMachine } from './judge-machine.ts';

export type Judge = {
  id: JudgeId;
  round_id: RoundId;
  category_id: CategoryId;
  person_id: AccountId;
  display_name: string;
  state: z.infer<typeof JudgeState>;
  version: number;
  emergency: boolean;
  declaration: string | null;
  reason: string | null;
  invited_by: AccountId;
  invited_at: Date;
  answered_at: Date | null;
};

export type Ranking = {
  judge_id: JudgeId;
  entry_ids: string[];
  notes: z.infer<typeof SheetNotes>;
  version: number;
  saved_at: Date;
  digest: string | null;
  committed_at: Date | null;
  kept_salt: string | null;
  salt: string | null;
  revealed_at: Date | null;
};

const judges = (db: Db) => db.selectFrom('competitions.judge').selectAll();
type JudgeRow = Awaited<ReturnType<ReturnType<typeof judges>['executeTakeFirstOrThrow']>>;
const readJudge = (row: JudgeRow): Judge => ({
  ...row,
  id: asId(row.id),
  round_id: asId(row.round_id),
  category_id: asId(row.category_id),
  person_id: asId(row.person_id),
  invited_by: asId(row.invited_by),
  state: JudgeState.parse(row.state),
});

const rankings = (db: Db) => db.selectFrom('competitions.ranking').selectAll();
type RankingRow = Awaited<ReturnType<ReturnType<typeof rankings>['executeTakeFirstOrThrow']>>;
const readRanking = (row: RankingRow): Ranking => ({
  ...row,
  judge_id: asId(row.judge_id),
  notes: SheetNotes.parse(row.notes),
});

/** Asks somebody. Answers false if they were asked about this category before. */
export async function inviteJudge(
  tx: Tx,
  judge: Pick<Judge, 'id' | 'round_id' | 'category_id' | 'person_id' | 'display_name' | 'emergency'>,
  by: Actor & { id: AccountId },
  at: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('competitions.judge')
    .values({ ...judge, state: judgeMachine.begins, invited_by: by.id, invited_at: at })
    .onConflict((conflict) => conflict.constraint('judge_once').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  await begin(tx, judgeMachine, { id: judge.id, by, at });
  return true;
}

export const moveJudge = (
  tx: Tx,
  act: JudgeAct,
  step: {
    id: JudgeId;
    by: Actor;
    at: Date;
    set?: Partial<Pick<Judge, 'declaration' | 'reason' | 'answered_at'>>;
  },
): Promise<number> => takeStep(tx, judgeMachine, act, step);

export async function judgeById(db: Db, id: JudgeId): Promise<Judge | undefined> {
  const row = await judges(db).where('id', '=', id).executeTakeFirst();
  return row && readJudge(row);
}

export async function judgesByIds(db: Db, ids: readonly string[]): Promise<Judge[]> {
  if (ids.length === 0) return [];
  return (await judges(db).where(isAnyOf('id', ids)).execute()).map(readJudge);
}

/** Keeps a judge as they are until the transaction ends. */
export async function lockJudge(tx: Tx, id: JudgeId): Promise<Judge | undefined> {
  const row = await judges(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && readJudge(row);
}

/** In the order in which they were asked. */
export async function judgesAmong(db: Db, category_ids: readonly string[]): Promise<Judge[]> {
  if (category_ids.length === 0) return [];
  const rows = await judges(db)
    .where('category_id', 'in', [...category_ids])
    .orderBy('invited_at')
    .orderBy('id')
    .execute();
  return rows.map(readJudge);
}

export async function panelsOfPerson(db: Db, person_id: AccountId): Promise<Judge[]> {
  const rows = await judges(db)
    .where('person_id', '=', person_id)
    .orderBy('invited_at', 'desc')
    .orderBy('id', 'desc')
    .limit(200)
    .execute();
  return rows.map(readJudge);
}

export async function rankingOf(db: Db, judge_id: JudgeId): Promise<Ranking | undefined> {
  const row = await rankings(db).where('judge_id', '=', judge_id).executeTakeFirst();
  return row && readRanking(row);
}

export async function rankingsOf(db: Db, judge_ids: readonly JudgeId[]): Promise<Map<JudgeId, Ranking>> {
  if (judge_ids.length === 0) return new Map();
  const rows = await rankings(db)
    .where('judge_id', 'in', [...judge_ids])
    .execute();
  return new Map(rows.map((row) => [asId<JudgeId>(row.judge_id), readRanking(row)]));
}

/** Writes the draft, if it is still the one that was seen and is not committed. Answers whether it was. */
export async function saveRanking(
  tx: Tx,
  { judge_id, seen, entry_ids, notes }: Pick<Ranking, 'judge_id' | 'entry_ids' | 'notes'> & { seen: number },
  at: Date,
): Promise<boolean> {
  const written = {
    entry_ids: [...entry_ids],
    notes: JSON.stringify(notes),
    saved_at: at,
    version: seen + 1,
  };
  if (seen === 0) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('competitions.ranking')
      .values({ judge_id, ...written })
      .onConflict((conflict) => conflict.column('judge_id').doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
  const { numUpdatedRows } = await tx
    .updateTable('competitions.ranking')
    .set(written)
    .where('judge_id', '=', judge_id)
    .where('version', '=', seen)
    .where('digest', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Once, and of a draft that is there. Answers whether it was. */
export async function commitRanking(
  tx: Tx,
  { judge_id, digest, kept_salt }: { judge_id: JudgeId; digest: string; kept_salt: string | null },
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('competitions.ranking')
    .set({ digest, committed_at: at, kept_salt })
    .where('judge_id', '=', judge_id)
    .where('digest', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** What was committed is opened. Whoever calls has seen that it makes the digest. */
export async function revealRanking(
  tx: Tx,
  { judge_id, entry_ids, notes, salt }: Pick<Ranking, 'judge_id' | 'entry_ids' | 'notes'> & { salt: string },
  at: Date,
): Promise<void> {
  await tx
    .updateTable('competitions.ranking')
    .set({ entry_ids: [...entry_ids], notes: JSON.stringify(notes), salt, revealed_at: at })
    .where('judge_id', '=', judge_id)
    .where('digest', 'is not', null)
    .where('revealed_at', 'is', null)
    .execute();
}
