import { Anomaly, DisputeState, IntegrityCase as CaseShape } from '#api/competitions/results-shapes.ts';
import type * as z from 'zod';
import {
  type AccountId,
  asId,
  type CategoryId,
  type IntegrityCaseId,
  type ResultDisputeId,
  type RoundId,
} from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { integrityCaseMachine, resultDisputeMachine } from './dispute-machine.ts';

export type ResultDispute = {
  id: ResultDisputeId;
  round_id: RoundId;
  category_id: CategoryId;
  /** of the standings */
  of_version: number;
  person_id: AccountId;
  text: string;
  at: Date;
  state: z.infer<typeof DisputeState>;
  version: number;
  ruling: string | null;
  ruled_by: AccountId | null;
  ruled_at: Date | null;
  appeal: string | null;
  appealed_at: Date | null;
  appeal_ruling: string | null;
  appeal_ruled_by: AccountId | null;
  appeal_ruled_at: Date | null;
};

/** So long after a ruling against them somebody may appeal. */
export const APPEAL_HOURS = 72;
/** Until when a ruling may be appealed against; null: it may not. */
export function appealUntil({ state, ruled_at }: Pick<ResultDispute, 'state' | 'ruled_at'>): Date | null {
  if (state !== 'rejected' || !ruled_at) return null;
  return new Date(ruled_at.getTime() + APPEAL_HOURS * HOUR_MS);
}
const HOUR_MS = 3_600_000;

const disputes = (db: Db) => db.selectFrom('competitions.dispute').selectAll();
type DisputeRow = Awaited<ReturnType<ReturnType<typeof disputes>['executeTakeFirstOrThrow']>>;
const readDispute = (row: DisputeRow): ResultDispute => ({
  ...row,
  id: asId(row.id),
  round_id: asId(row.round_id),
  category_id: asId(row.category_id),
  person_id: asId(row.person_id),
  ruled_by: row.ruled_by === null ? null : asId(row.ruled_by),
  appeal_ruled_by: row.appeal_ruled_by === null ? null : asId(row.appeal_ruled_by),
  state: DisputeState.parse(row.state),
});

/** Answers false if they have disputed these standings before. */
export async function openDispute(
  tx: Tx,
  dispute: Pick<ResultDispute, 'id' | 'round_id' | 'category_id' | 'of_version' | 'person_id' | 'text'>,
  at: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('competitions.dispute')
    .values({ ...dispute, at, state: resultDisputeMachine.begins })
    .onConflict((conflict) => conflict.constraint('dispute_once').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  const by = { id: dispute.person_id, as: 'member' };
  await begin(tx, resultDisputeMachine, { id: dispute.id, by, at });
  return true;
}

export const ruleOnDispute = (
  tx: Tx,
  act: 'uphold' | 'reject',
  { id, by, reason, at }: { id: ResultDisputeId; by: Actor & { id: AccountId }; reason: string; at: Date },
): Promise<number> =>
  takeStep(tx, resultDisputeMachine, act, {
    ...{ id, by, at },
    set: { ruling: reason, ruled_by: by.id, ruled_at: at },
  });

/** Somebody does not agree with the ruling on what they disputed. */
export const appealDispute = (
  tx: Tx,
  { id, by, text, at }: { id: ResultDisputeId; by: Actor; text: string; at: Date },
): Promise<number> =>
  takeStep(tx, resultDisputeMachine, 'appeal', { ...{ id, by, at }, set: { appeal: text, appealed_at: at } });

export const ruleOnAppeal = (
  tx: Tx,
  act: 'grant' | 'dismiss',
  { id, by, reason, at }: { id: ResultDisputeId; by: Actor & { id: AccountId }; reason: string; at: Date },
): Promise<number> =>
  takeStep(tx, resultDisputeMachine, act, {
    ...{ id, by, at },
    set: { appeal_ruling: reason, appeal_ruled_by: by.id, appeal_ruled_at: at },
  });

export async function disputeById(db: Db, id: ResultDisputeId): Promise<ResultDispute | undefined> {
  const row = await disputes(db).where('id', '=', id).executeTakeFirst();
  return row && readDispute(row);
}

export async function disputesOf(db: Db, round_id: RoundId): Promise<ResultDispute[]> {
  const rows = await disputes(db).where('round_id', '=', round_id).orderBy('at').orderBy('id').execute();
  return rows.map(readDispute);
}

export type IntegrityCase = {
  id: IntegrityCaseId;
  round_id: RoundId;
  category_id: CategoryId;
  anomaly: z.infer<typeof Anomaly>;
  opened_by: AccountId | null;
  opened_at: Date;
  state: 'open' | 'closed';
  outcome: z.infer<typeof CaseShape>['outcome'];
  reason: string | null;
  closed_by: AccountId | null;
  closed_at: Date | null;
};

export async function openIntegrityCase(
  tx: Tx,
  opened: Pick<IntegrityCase, 'id' | 'round_id' | 'category_id' | 'anomaly' | 'opened_by'>,
  at: Date,
): Promise<void> {
  const { anomaly, ...row } = opened;
  const { kind, says, score, entry_id, voters } = anomaly;
  await tx
    .insertInto('competitions.integrity_case')
    .values({
      ...row,
      ...{ kind, says, score, entry_id, voters: [...voters] },
      opened_at: at,
      state: integrityCaseMachine.begins,
    })
    .execute();
  const by = opened.opened_by ? { id: opened.opened_by, as: 'moderator' } : { id: 'system', as: 'system' };
  await begin(tx, integrityCaseMachine, { id: opened.id, by, at });
}

export const closeIntegrityCase = (
  tx: Tx,
  {
    id,
    by,
    at,
    ...ended
  }: {
    id: IntegrityCaseId;
    by: Actor & { id: AccountId };
    outcome: NonNullable<IntegrityCase['outcome']>;
    reason: string;
    at: Date;
  },
): Promise<number> =>
  takeStep(tx, integrityCaseMachine, 'close', {
    ...{ id, by, at },
    set: { ...ended, closed_by: by.id, closed_at: at },
  });

const cases = (db: Db) => db.selectFrom('competitions.integrity_case').selectAll();
type CaseRow = Awaited<ReturnType<ReturnType<typeof cases>['executeTakeFirstOrThrow']>>;
const readCase = ({ kind, says, score, entry_id, voters, ...row }: CaseRow): IntegrityCase => ({
  id: asId(row.id),
  round_id: asId(row.round_id),
  category_id: asId(row.category_id),
  anomaly: Anomaly.parse({ kind, says, score, entry_id, voters }),
  opened_by: row.opened_by === null ? null : asId(row.opened_by),
  opened_at: row.opened_at,
  state: CaseShape.shape.state.parse(row.state),
  outcome: CaseShape.shape.outcome.parse(row.outcome),
  reason: row.reason,
  closed_by: row.closed_by === null ? null : asId(row.closed_by),
  closed_at: row.closed_at,
});

export async function integrityCaseById(db: Db, id: IntegrityCaseId): Promise<IntegrityCase | undefined> {
  const row = await cases(db).where('id', '=', id).executeTakeFirst();
  return row && readCase(row);
}

export async function integrityCasesOf(db: Db, round_id: RoundId): Promise<IntegrityCase[]> {
  const rows = await cases(db).where('round_id', '=', round_id).orderBy('opened_at').orderBy('id').execute();
  return rows.map(readCase);
}

/** Whether a dispute or a case of a round waits for somebody. */
export async function isLookedInto(db: Db, round_id: RoundId): Promise<boolean> {
  const open = [...(await disputesOf(db, round_id)), ...(await integrityCasesOf(db, round_id))];
  return open.some(({ state }) => WAITS.has(state));
}

const WAITS = new Set<string>(['open', 'appealed']);

type Confirmation = { person_id: AccountId; standings: string; at: Date };

/** Answers false if this person has confirmed these standings before. */
export async function confirmStandings(
  tx: Tx,
  confirmation: { round_id: RoundId; standings: string; person_id: AccountId },
  at: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('competitions.confirmation')
    .values({ ...confirmation, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Who confirmed which standings, the first before the second. */
export async function confirmationsOf(db: Db, round_id: RoundId): Promise<Confirmation[]> {
  const rows = await db
    .selectFrom('competitions.confirmation')
    .select(['person_id', 'standings', 'at'])
    .where('round_id', '=', round_id)
    .orderBy('at')
    .orderBy('person_id')
    .execute();
  return rows.map((row) => ({ ...row, person_id: asId<AccountId>(row.person_id) }));
}
