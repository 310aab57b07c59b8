import { asId, type AccountId, type HaltId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** Why everything that has to do with the chain stands still, until a person has looked. */
export type Halt = {
  id: HaltId;
  code: string;
  /** For whoever looks into it. */
  says: string;
  detail: unknown;
  at: Date;
  lifted_by: AccountId | null;
  lifted_at: Date | null;
  reason: string | null;
};

const all = (db: Db) => db.selectFrom('rewards.halt').selectAll();
type Row = Awaited<ReturnType<ReturnType<typeof all>['executeTakeFirstOrThrow']>>;
const read = (row: Row): Halt => ({
  ...row,
  id: asId(row.id),
  lifted_by: row.lifted_by === null ? null : asId<AccountId>(row.lifted_by),
});

/** The one that stands open. */
export async function haltOf(db: Db): Promise<Halt | null> {
  const row = await all(db).where('lifted_at', 'is', null).executeTakeFirst();
  return row ? read(row) : null;
}

/** The newest first. */
export async function lastHalts(db: Db, limit: number): Promise<Halt[]> {
  return (await all(db).orderBy('at', 'desc').limit(limit).execute()).map(read);
}

/** The first trouble is the one to look into: answers whether it was this one. */
export async function insertHalt(
  tx: Tx,
  { detail, ...halt }: Pick<Halt, 'id' | 'code' | 'says' | 'at'> & { detail: Record<string, unknown> },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('rewards.halt')
    .values({ ...halt, detail: JSON.stringify(detail) })
    .onConflict((open) => open.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Answers whether it still stood open. */
export async function endHalt(
  tx: Tx,
  { id, by, reason }: { id: HaltId; by: AccountId; reason: string },
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('rewards.halt')
    .set({ lifted_by: by, lifted_at: at, reason })
    .where('id', '=', id)
    .where('lifted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
