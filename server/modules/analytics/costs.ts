import { sql } from 'kysely';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** What an hour of machine time costs somebody for each of their models, where they said so; in micro-dollars. */
export async function machineCosts(db: Db, person_id: AccountId): Promise<Map<ModelId, bigint>> {
  const { rows } = await sql<{ model_id: ModelId; micro_usd_per_hour: bigint }>`
    select model_id, micro_usd_per_hour from analytics.machine_cost where person_id = ${person_id}`.execute(
    db,
  );
  return new Map(rows.map(({ model_id, micro_usd_per_hour }) => [model_id, micro_usd_per_hour]));
}

/** null takes it back. */
export async function setMachineCost(
  tx: Tx,
  cost: { person_id: AccountId; model_id: ModelId; micro_usd_per_hour: bigint | null },
  at: Date,
): Promise<void> {
  const { person_id, model_id, micro_usd_per_hour } = cost;
  if (micro_usd_per_hour === null) {
    await sql`delete from analytics.machine_cost where person_id = ${person_id} and model_id = ${model_id}`.execute(
      tx,
    );
    return;
  }
  await sql`
    insert into analytics.machine_cost (person_id, model_id, micro_usd_per_hour, set_at)
    values (${person_id}, ${model_id}, ${micro_usd_per_hour}, ${at})
    on conflict (person_id, model_id) do update set micro_usd_per_hour = excluded.micro_usd_per_hour, set_at = excluded.set_at`.execute(
    tx,
  );
}
