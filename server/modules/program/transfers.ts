import { sql } from 'kysely';
import { type AccountId, asId, type ModelId, type TransferId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { transferMachine, type TransferState } from './transfer-machine.ts';

export type NewTransfer = {
  id: TransferId;
  model_id: ModelId;
  from_id: AccountId;
  to_id: AccountId;
  note: string;
  offered_at: Date;
  expires_at: Date;
};

export async function insertTransfer(tx: Tx, transfer: NewTransfer): Promise<void> {
  await tx
    .insertInto('program.transfer')
    .values({ ...transfer, state: transferMachine.begins })
    .execute();
  const { id, from_id, offered_at } = transfer;
  await begin(tx, transferMachine, { id, by: { id: from_id, as: 'owner' }, at: offered_at });
}

export const moveTransfer = (
  tx: Tx,
  act: keyof typeof transferMachine.acts,
  step: { id: TransferId; by: Actor; at: Date; detail?: Record<string, unknown> },
): Promise<number> => takeStep(tx, transferMachine, act, { ...step, set: { answered_at: step.at } });

/** How many models somebody has offered since then; who asks for the same account meanwhile waits. */
export async function countTransfers(tx: Tx, from_id: AccountId, since: Date): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('transfers'), hashtext(${from_id}))`.execute(tx);
  const { offered } = await tx
    .selectFrom('program.transfer')
    .select(({ fn }) => fn.countAll<string>().as('offered'))
    .where('from_id', '=', from_id)
    .where('offered_at', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(offered);
}

const transfers = (db: Db) => db.selectFrom('program.transfer').selectAll();
const isState = (state: string): state is TransferState => Object.hasOwn(transferMachine.states, state);
const read = (row: Awaited<ReturnType<ReturnType<typeof transfers>['executeTakeFirstOrThrow']>>) => {
  const { state } = row;
  if (!isState(state)) throw new Error(`a transfer cannot be ${state}`);
  return {
    ...row,
    state,
    id: asId<TransferId>(row.id),
    model_id: asId<ModelId>(row.model_id),
    from_id: asId<AccountId>(row.from_id),
    to_id: asId<AccountId>(row.to_id),
  };
};
export type Transfer = ReturnType<typeof read>;

export async function transferById(db: Db, id: TransferId): Promise<Transfer | undefined> {
  const row = await transfers(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

/** The offer of a model that waits for its answer. */
export async function waitingTransfer(db: Db, model_id: ModelId): Promise<Transfer | undefined> {
  const row = await transfers(db)
    .where('model_id', '=', model_id)
    .where('state', '=', transferMachine.begins)
    .executeTakeFirst();
  return row && read(row);
}

/** What somebody offered and what they were offered, newest first. */
export async function transfersOf(db: Db, person_id: AccountId, limit: number): Promise<Transfer[]> {
  const rows = await transfers(db)
    .where((eb) => eb.or([eb('from_id', '=', person_id), eb('to_id', '=', person_id)]))
    .orderBy('offered_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(read);
}
