import { sql } from 'kysely';
import { type AccountId, asId, type EpochId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import type { Leaves } from './cut.ts';
import { type EpochAct, epochMachine, type EpochState } from './epoch-machine.ts';

export type Epoch = {
  id: EpochId;
  /** As the contract counts them. One that was voided leaves its number to the next. */
  number: bigint;
  state: EpochState;
  version: number;
  drafted_by: AccountId;
  drafted_at: Date;
  approved_by: AccountId | null;
  approved_at: Date | null;
  root: string | null;
  manifest_digest: string | null;
  /** The flat tree, among the files. */
  tree_file: string | null;
  leaves: number | null;
  total_nanos: bigint | null;
  /** What of the total no epoch had before. */
  added_nanos: bigint | null;
  offered_at: Date | null;
  proposed_at: Date | null;
  eta: Date | null;
  vetoed_at: Date | null;
  active_at: Date | null;
  superseded_at: Date | null;
  voiding_by: AccountId | null;
  voiding_at: Date | null;
  void_reason: string | null;
  voided_at: Date | null;
};

/** One whose leaves are frozen. */
export type CutEpoch = Epoch & {
  root: string;
  manifest_digest: string;
  tree_file: string;
  leaves: number;
  total_nanos: bigint;
  added_nanos: bigint;
};
export const isCut = (epoch: Epoch): epoch is CutEpoch => epoch.root !== null;
/** The manifest among the files: they are named by the same digest. */
export const manifestFile = ({ manifest_digest }: Pick<CutEpoch, 'manifest_digest'>): string =>
  manifest_digest.slice(2);

const UNDER_WAY: readonly EpochState[] = ['drafted', 'cut', 'proposed', 'vetoed', 'voiding'];

const all = (db: Db) => db.selectFrom('rewards.epoch').selectAll();
type Row = Awaited<ReturnType<ReturnType<typeof all>['executeTakeFirstOrThrow']>>;
const isState = (state: string): state is EpochState => Object.hasOwn(epochMachine.states, state);
const person = (id: string | null) => (id === null ? null : asId<AccountId>(id));
function read(row: Row): Epoch {
  const { state } = row;
  if (!isState(state)) throw new Error(`no epoch is ${state}`);
  return {
    ...{ ...row, state, id: asId(row.id), drafted_by: asId(row.drafted_by) },
    ...{ approved_by: person(row.approved_by), voiding_by: person(row.voiding_by) },
  };
}

/** Under the number that the contract takes next. */
export async function insertEpoch(
  tx: Tx,
  { id, drafted_by }: Pick<Epoch, 'id' | 'drafted_by'>,
  at: Date,
): Promise<void> {
  const number = ((await latest(tx))?.number ?? 0n) + 1n;
  await tx
    .insertInto('rewards.epoch')
    .values({ id, number, state: epochMachine.begins, drafted_by, drafted_at: at })
    .execute();
  await begin(tx, epochMachine, { id, by: { id: drafted_by, as: 'finance' }, at });
}

/** The newest that was not voided. */
async function latest(db: Db): Promise<Epoch | undefined> {
  const row = await all(db)
    .where('state', '<>', 'voided')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && read(row);
}

export const moveEpoch = (
  tx: Tx,
  act: EpochAct,
  step: {
    id: EpochId;
    by: Actor;
    at: Date;
    version?: number | undefined;
    reason?: string;
    set?: Partial<Omit<Epoch, 'id' | 'number' | 'state' | 'version'>>;
  },
): Promise<number> => takeStep(tx, epochMachine, act, step);

/** From now on the chain may have its root: written down before it is sent, so that it is not voided behind its back. */
export async function offerEpoch(tx: Tx, id: EpochId, at: Date): Promise<void> {
  await tx
    .updateTable('rewards.epoch')
    .set({ offered_at: at })
    .where('id', '=', id)
    .where('offered_at', 'is', null)
    .execute();
}

export async function epochById(db: Db, id: EpochId): Promise<Epoch | undefined> {
  const row = await all(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

export async function lockEpoch(tx: Tx, id: EpochId): Promise<Epoch | undefined> {
  const row = await all(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

/** The one with this number that was not voided. */
export async function epochByNumber(db: Db, number: bigint): Promise<Epoch | undefined> {
  const row = await all(db).where('number', '=', number).where('state', '<>', 'voided').executeTakeFirst();
  return row && read(row);
}

/** Of these numbers and roots those that are ours, voided ones included; the newest first. */
export async function epochsByRoot(db: Db, root: string): Promise<Epoch[]> {
  return (await all(db).where('root', '=', root).orderBy('id', 'desc').execute()).map(read);
}

/** There is one at most: from its draft until its root is live or it is voided. */
export async function epochUnderWay(db: Db): Promise<Epoch | undefined> {
  const row = await all(db)
    .where('state', 'in', [...UNDER_WAY])
    .executeTakeFirst();
  return row && read(row);
}

/** Whose root is the live one, as finalized blocks say. */
export async function liveEpoch(db: Db): Promise<CutEpoch | undefined> {
  const row = await all(db).where('state', '=', 'active').executeTakeFirst();
  const epoch = row && read(row);
  return epoch && isCut(epoch) ? epoch : undefined;
}

/** The newest first. */
export async function listEpochs(
  db: Db,
  { before, limit }: { before: { number: bigint; id: string } | null; limit: number },
): Promise<Epoch[]> {
  let query = all(db);
  if (before)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('number', 'id'), '<', tuple(before.number, before.id)),
    );
  const rows = await query.orderBy('number', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(read);
}

// leaves ---------------------------------------------------------------------------------------------------

const LEAVES_AT_ONCE = 10_000;

export async function insertLeaves(tx: Tx, epoch_id: EpochId, leaves: Leaves): Promise<void> {
  const rows = [...leaves].map(([wallet, cumulative_nanos]) => ({ epoch_id, wallet, cumulative_nanos }));
  for (let from = 0; from < rows.length; from += LEAVES_AT_ONCE)
    await insertAll(tx, 'rewards.leaf', rows.slice(from, from + LEAVES_AT_ONCE));
}

export async function leavesOf(db: Db, epoch_id: EpochId): Promise<Leaves> {
  const rows = await db
    .selectFrom('rewards.leaf')
    .select(['wallet', 'cumulative_nanos'])
    .where('epoch_id', '=', epoch_id)
    .orderBy('wallet')
    .execute();
  return new Map(rows.map(({ wallet, cumulative_nanos }) => [wallet, cumulative_nanos]));
}

/** What the next cut begins with: the leaves of the newest epoch that was not voided. */
export async function leavesBefore(db: Db): Promise<Leaves> {
  const row = await all(db)
    .where('state', 'in', ['active', 'superseded'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? leavesOf(db, asId<EpochId>(row.id)) : new Map();
}

/** What these wallets have in an epoch; one that is not among its leaves is not in the answer. */
export async function leavesAmong(
  db: Db,
  epoch_id: EpochId,
  wallets: readonly string[],
): Promise<Map<string, bigint>> {
  if (wallets.length === 0) return new Map();
  const rows = await db
    .selectFrom('rewards.leaf')
    .select(['wallet', 'cumulative_nanos'])
    .where('epoch_id', '=', epoch_id)
    .where(sql<boolean>`wallet = any(${wallets}::text[])`)
    .execute();
  return new Map(rows.map(({ wallet, cumulative_nanos }) => [wallet, cumulative_nanos]));
}
