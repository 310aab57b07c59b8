import { sql } from 'kysely';
import { type AccountId, asId, type AwardId, type EpochId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import type { Commitment } from './cut.ts';
import { epochMachine, type EpochState } from './epoch-machine.ts';

/** An award in a commitment. */
export type Committed = { award_id: AwardId; person_id: AccountId; amount_nanos: bigint };

export async function insertCommitments(
  tx: Tx,
  epoch_id: EpochId,
  commitments: readonly Commitment[],
  awards: readonly Committed[],
): Promise<void> {
  await insertAll(
    tx,
    'rewards.commitment',
    commitments.map(({ amount_nanos: _, ...commitment }) => ({ epoch_id, ...commitment })),
  );
  await insertAll(
    tx,
    'rewards.commitment_award',
    awards.map((award) => ({ epoch_id, ...award })),
  );
}

export async function commitmentsOf(db: Db, epoch_id: EpochId): Promise<Commitment[]> {
  const rows = await db
    .selectFrom('rewards.commitment')
    .select(['person_id', 'wallet', 'awarded_nanos', 'set_off_nanos', 'cumulative_nanos'])
    .select(sql<bigint>`amount_nanos`.as('amount_nanos'))
    .where('epoch_id', '=', epoch_id)
    .orderBy('person_id')
    .execute();
  return rows.map((row) => ({ ...row, person_id: asId<AccountId>(row.person_id) }));
}

export async function awardsCommittedIn(db: Db, epoch_id: EpochId): Promise<Committed[]> {
  const rows = await db
    .selectFrom('rewards.commitment_award')
    .select(['award_id', 'person_id', 'amount_nanos'])
    .where('epoch_id', '=', epoch_id)
    .orderBy('award_id')
    .execute();
  return rows.map((row) => ({
    ...{ award_id: asId<AwardId>(row.award_id), person_id: asId<AccountId>(row.person_id) },
    amount_nanos: row.amount_nanos,
  }));
}

/** Awards of epochs whose root was live, that a wallet which was paid so much is paid with. The oldest first. */
export async function awardsCoveredBy(
  db: Db,
  { wallet, paid_nanos }: { wallet: string; paid_nanos: bigint },
): Promise<AwardId[]> {
  const rows = await db
    .selectFrom('rewards.commitment as c')
    .innerJoin('rewards.epoch as e', 'e.id', 'c.epoch_id')
    .innerJoin('rewards.commitment_award as a', (join) =>
      join.onRef('a.epoch_id', '=', 'c.epoch_id').onRef('a.person_id', '=', 'c.person_id'),
    )
    .select('a.award_id')
    .where('c.wallet', '=', wallet)
    .where('c.cumulative_nanos', '<=', paid_nanos)
    .where('e.active_at', 'is not', null)
    .orderBy('e.number')
    .orderBy('a.award_id')
    .execute();
  return rows.map(({ award_id }) => asId<AwardId>(award_id));
}

/** In which epoch an award is, the newest that has it first in time; one that only voided ones had is in none. */
export type EpochOfAward = {
  award_id: AwardId;
  epoch_id: EpochId;
  number: bigint;
  state: EpochState;
  wallet: string;
  cut_at: Date;
  active_at: Date | null;
  /** Once the wallet was paid so much, so was the award. */
  cumulative_nanos: bigint;
  claimed_at: Date | null;
  tx_hash: string | null;
};

export async function epochsOfAwards(db: Db, award_ids: readonly AwardId[]): Promise<EpochOfAward[]> {
  if (award_ids.length === 0) return [];
  const rows = await db
    .selectFrom('rewards.commitment_award as a')
    .innerJoin('rewards.epoch as e', 'e.id', 'a.epoch_id')
    .innerJoin('rewards.commitment as c', (join) =>
      join.onRef('c.epoch_id', '=', 'a.epoch_id').onRef('c.person_id', '=', 'a.person_id'),
    )
    // the claim that first covered it
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('rewards.chain_event as x')
          .select(['x.at as claimed_at', 'x.tx_hash'])
          .where('x.kind', '=', 'claimed')
          .whereRef('x.wallet', '=', 'c.wallet')
          .whereRef('x.cumulative_nanos', '>=', 'c.cumulative_nanos')
          .orderBy('x.cumulative_nanos')
          .limit(1)
          .as('paid'),
      (join) => join.onTrue(),
    )
    .select(['a.award_id', 'e.id as epoch_id', 'e.number', 'e.state', 'e.active_at', 'c.wallet'])
    .select(['c.cumulative_nanos', 'paid.claimed_at', 'paid.tx_hash'])
    .select(sql<Date>`e.approved_at`.as('cut_at'))
    .where(isAnyOf('a.award_id', award_ids))
    .where('e.state', '<>', 'voided')
    .orderBy('a.award_id')
    .execute();
  return rows.flatMap(({ state, ...row }) =>
    isState(state)
      ? [{ ...row, state, award_id: asId<AwardId>(row.award_id), epoch_id: asId<EpochId>(row.epoch_id) }]
      : [],
  );
}
const isState = (state: string): state is EpochState => Object.hasOwn(epochMachine.states, state);

/** Every wallet that something was ever committed to for a person. */
export async function walletsCommittedTo(db: Db, person_id: AccountId): Promise<string[]> {
  const rows = await db
    .selectFrom('rewards.commitment as c')
    .innerJoin('rewards.epoch as e', 'e.id', 'c.epoch_id')
    .select('c.wallet')
    .distinct()
    .where('c.person_id', '=', person_id)
    .where('e.state', '<>', 'voided')
    .orderBy('c.wallet')
    .execute();
  return rows.map(({ wallet }) => wallet);
}

/** What epochs brought somebody, and what their wallets were paid by them. */
export async function broughtBy(
  db: Db,
  person_id: AccountId,
  epoch_ids: readonly string[],
): Promise<{ epoch_id: string; added_nanos: bigint; paid_nanos: bigint }[]> {
  if (epoch_ids.length === 0) return [];
  const { rows } = await sql<{ epoch_id: string; added_nanos: bigint; paid_nanos: bigint }>`
    select e.id as epoch_id,
      coalesce((select amount_nanos from rewards.commitment c where c.epoch_id = e.id and c.person_id = ${person_id}), 0) as added_nanos,
      coalesce((select sum(x.amount_nanos)::int8 from rewards.chain_event x
        where x.kind = 'claimed' and x.epoch = e.number
          and x.wallet in (select address from rewards.wallet where person_id = ${person_id})), 0) as paid_nanos
    from rewards.epoch e where e.id = any(${[...epoch_ids]}::uuid[])`.execute(db);
  return rows;
}
