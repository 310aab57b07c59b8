import { sql } from 'kysely';
import type { AccountId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** What a finalized block says, in our units. */
export type BookedEvent = {
  block_number: bigint;
  log_index: number;
  block_hash: string;
  tx_hash: string;
  at: Date;
  kind: string;
  wallet: string | null;
  counterparty: string | null;
  amount_nanos: bigint | null;
  promised_nanos: bigint | null;
  cumulative_nanos: bigint | null;
  epoch: bigint | null;
  root: string | null;
  says: Record<string, string | number | boolean>;
};

export async function insertEvent(tx: Tx, { says, ...event }: BookedEvent): Promise<void> {
  await tx
    .insertInto('rewards.chain_event')
    .values({ ...event, says: JSON.stringify(says) })
    .execute();
}

/** What wallets were paid, by finalized claims; zero of one that never claimed. */
export async function paidTo(db: Db, wallets: readonly string[]): Promise<(wallet: string) => bigint> {
  if (wallets.length === 0) return () => 0n;
  const rows = await db
    .selectFrom('rewards.chain_event')
    .select('wallet')
    .select(sql<bigint>`max(cumulative_nanos)`.as('paid'))
    .where('kind', '=', 'claimed')
    .where(sql<boolean>`wallet = any(${wallets}::text[])`)
    .groupBy('wallet')
    .execute();
  const byWallet = new Map(rows.map(({ wallet, paid }) => [wallet, paid]));
  return (wallet) => byWallet.get(wallet) ?? 0n;
}

/** All that finalized claims paid. */
export async function paidInAll(db: Db): Promise<bigint> {
  const { paid } = await db
    .selectFrom('rewards.chain_event')
    .select(sql<bigint>`coalesce(sum(amount_nanos), 0)::int8`.as('paid'))
    .where('kind', '=', 'claimed')
    .executeTakeFirstOrThrow();
  return paid;
}

/** What the operator of an installation without a chain says is put aside. */
export type PoolPromise = { id: string; amount_nanos: bigint; by_id: AccountId };

export async function insertPromise(tx: Tx, promise: PoolPromise, at: Date): Promise<void> {
  await tx
    .insertInto('rewards.promise')
    .values({ ...promise, at })
    .execute();
}
