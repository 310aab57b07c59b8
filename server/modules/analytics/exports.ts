import { sql } from 'kysely';
import * as z from 'zod';
import { type AccountId, asId, type ExportId, type ScheduleId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { COUNTER } from './mark.ts';

/** What is in a file, resolved when it was ordered. */
export const Wish = z.object({
  from: z.coerce.date(),
  to: z.coerce.date(),
  zone: z.string(),
  grain: z.enum(['hour', 'day', 'week', 'month']).nullable(),
  models: z.array(z.string()).nullable(),
  by: z.string().nullable(),
  /** Left out: all of them. */
  columns: z.array(z.string()).optional(),
});
export type Wish = z.infer<typeof Wish>;

/** After which row the next part begins; each dataset has its own. */
export type Place = Record<string, string>;
const Place = z.record(z.string(), z.string());

const Row = z.object({
  id: z.string().transform(asId<ExportId>),
  person_id: z.string().transform(asId<AccountId>),
  schedule_id: z
    .string()
    .transform(asId<ScheduleId>)
    .nullable(),
  dataset: z.string(),
  format: z.enum(['csv', 'parquet']),
  wish: Wish,
  asked_at: z.date(),
  upto_fold: z.bigint().nullable(),
  as_of: z.date().nullable(),
  rows_expected: z.bigint().nullable(),
  rows: z.bigint(),
  bytes: z.bigint(),
  parts: z.int(),
  place: Place.nullable(),
  fence: z.int(),
  leased_until: z.date().nullable(),
  attempts: z.int(),
  ready_at: z.date().nullable(),
  digest: z.string().nullable(),
  expires_at: z.date().nullable(),
  failed_at: z.date().nullable(),
  reason: z.string().nullable(),
});
export type ExportRow = z.infer<typeof Row>;

const COLUMNS = sql.raw(Object.keys(Row.shape).join(', '));
const readRow = (row: unknown): ExportRow => Row.parse(row);

// ordering --------------------------------------------------------------------------------------------------

export type Order = Pick<ExportRow, 'id' | 'person_id' | 'dataset' | 'format' | 'wish' | 'asked_at'> & {
  schedule: { id: ScheduleId; period_from: Date } | null;
};

/** Of one time of a schedule there is one: answers whether it was written. */
export async function insertExport(tx: Tx, order: Order): Promise<boolean> {
  const { id, person_id, dataset, format, wish, asked_at, schedule } = order;
  const { numAffectedRows } = await sql`
    insert into analytics.export (id, person_id, schedule_id, period_from, dataset, format, wish, asked_at, asked_fold)
    values (${id}, ${person_id}, ${schedule?.id ?? null}, ${schedule?.period_from ?? null}, ${dataset}, ${format},
            ${JSON.stringify(wish)}::jsonb, ${asked_at}, (select fold from analytics.state))
    on conflict (schedule_id, period_from) do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** One order of a person at a time, so that no two of them find the last free place. */
export const takeTurnToOrder = (tx: Tx, person_id: AccountId) =>
  sql`select pg_advisory_xact_lock(hashtext(${`analytics.export ${person_id}`}))`.execute(tx);

export async function countExports(
  db: Db,
  person_id: AccountId,
  at: Date,
): Promise<{ open: number; kept: number }> {
  const { rows } = await sql<{ open: bigint; kept: bigint }>`
    select count(*) filter (where ready_at is null and failed_at is null) as open,
           count(*) filter (where failed_at is null and (expires_at is null or expires_at > ${at})) as kept
    from analytics.export where person_id = ${person_id} and schedule_id is null`.execute(db);
  return { open: Number(rows[0]?.open ?? 0n), kept: Number(rows[0]?.kept ?? 0n) };
}

/** The newest first. */
export async function exportsOf(db: Db, person_id: AccountId, limit: number): Promise<ExportRow[]> {
  const { rows } = await sql`
    select ${COLUMNS} from analytics.export where person_id = ${person_id}
    order by asked_at desc, id desc limit ${limit}`.execute(db);
  return rows.map(readRow);
}

export async function exportOf(db: Db, id: ExportId, person_id: AccountId): Promise<ExportRow | null> {
  const { rows } = await sql`
    select ${COLUMNS} from analytics.export where id = ${id} and person_id = ${person_id}`.execute(db);
  return rows[0] ? readRow(rows[0]) : null;
}

/** Answers whether it was there. Whoever makes it finds that out at its next part. */
export async function deleteExport(tx: Tx, id: ExportId, person_id: AccountId): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from analytics.export where id = ${id} and person_id = ${person_id}`.execute(tx);
  return numAffectedRows === 1n;
}

// making ----------------------------------------------------------------------------------------------------

/** Of those that wait or whose maker is gone, the one that had the fewest turns: a long one keeps no short one waiting. */
export async function takeExport(tx: Tx, at: Date, lease_ms: number): Promise<ExportRow | null> {
  const { rows } = await sql`
    update analytics.export set fence = fence + 1, attempts = attempts + 1,
           leased_until = ${new Date(at.getTime() + lease_ms)}
    where id = (
      select id from analytics.export
      where ready_at is null and failed_at is null and (leased_until is null or leased_until <= ${at})
      order by fence, asked_at, id limit 1 for update skip locked)
    returning ${COLUMNS}`.execute(tx);
  return rows[0] ? readRow(rows[0]) : null;
}

/**
 * Fixes what is in it: what had happened when it was ordered. Nothing comes into that any more once everybody who was
 * writing then is done, what they wrote is counted, and it lies under closed folds. Null until then.
 */
export async function beginExport(
  tx: Tx,
  { id, fence }: Pick<ExportRow, 'id' | 'fence'>,
  { rows_expected }: { rows_expected: number | null },
): Promise<ExportRow | null> {
  const { rows } = await sql`
    update analytics.export e set as_of = e.asked_at, rows_expected = ${rows_expected}, upto_fold = s.fold - 1
    from analytics.state s
    where e.id = ${id} and e.fence = ${fence} and e.upto_fold is null
      and e.asked_xid < pg_snapshot_xmin(pg_current_snapshot())
      and not exists (
        select from kit.outbox n, kit.subscriber c
        where c.name = ${COUNTER} and (n.xid, n.id) > (c.xid, c.id) and n.xid <= e.asked_xid)
      and not exists (select from analytics.fact f where f.fold = s.fold and f.ended_at <= e.asked_at)
    returning ${sql.raw(
      Object.keys(Row.shape)
        .map((column) => `e.${column}`)
        .join(', '),
    )}`.execute(tx);
  return rows[0] ? readRow(rows[0]) : null;
}

/** The name of a part's file says who wrote it: two who both think that it is theirs write two files. */
export const partName = ({ number, fence }: Pick<PartRow, 'number' | 'fence'>) => `${number}-${fence}`;

export type PartRow = {
  number: number;
  fence: number;
  rows: number;
  bytes: bigint;
  digest: string;
  footer: string | null;
};

/** Records a part of whoever has the lease. Answers whether that is still us; if not, somebody else goes on. */
export async function addPart(
  tx: Tx,
  { id, fence }: Pick<ExportRow, 'id' | 'fence'>,
  part: Omit<PartRow, 'fence'> & { place: Place | null; leased_until: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update analytics.export set rows = rows + ${part.rows}, bytes = bytes + ${part.bytes}, parts = ${part.number},
           place = ${part.place && JSON.stringify(part.place)}::jsonb, leased_until = ${part.leased_until}, attempts = 0
    where id = ${id} and fence = ${fence} and parts = ${part.number} - 1 and ready_at is null and failed_at is null`.execute(
    tx,
  );
  if (numAffectedRows !== 1n) return false;
  await sql`
    insert into analytics.export_part (export_id, number, fence, rows, bytes, digest, footer)
    values (${id}, ${part.number}, ${fence}, ${part.rows}, ${part.bytes}, ${part.digest}, ${part.footer})`.execute(
    tx,
  );
  return true;
}

export async function partsOf(db: Db, id: ExportId): Promise<PartRow[]> {
  const { rows } = await sql<PartRow>`
    select number, fence, rows, bytes, digest, footer from analytics.export_part
    where export_id = ${id} order by number`.execute(db);
  return rows;
}

/** Answers whether it was us who ended it. */
export async function endExport(
  tx: Tx,
  { id, fence }: Pick<ExportRow, 'id' | 'fence'>,
  end: { ready_at: Date; expires_at: Date; digest: string } | { failed_at: Date; reason: string },
): Promise<boolean> {
  const ready = 'ready_at' in end ? end : { ready_at: null, expires_at: null, digest: null };
  const failed = 'failed_at' in end ? end : { failed_at: null, reason: null };
  const { numAffectedRows } = await sql`
    update analytics.export set ready_at = ${ready.ready_at}, expires_at = ${ready.expires_at}, digest = ${ready.digest},
           failed_at = ${failed.failed_at}, reason = ${failed.reason}, leased_until = null
    where id = ${id} and fence = ${fence} and ready_at is null and failed_at is null`.execute(tx);
  return numAffectedRows === 1n;
}

/** Lets others go on with it, at once or after a while. */
export async function leaveExport(
  tx: Tx,
  { id, fence }: Pick<ExportRow, 'id' | 'fence'>,
  { until, is_trouble }: { until: Date | null; is_trouble: boolean },
): Promise<void> {
  await sql`
    update analytics.export set leased_until = ${until}, attempts = attempts - ${is_trouble ? 0 : 1}
    where id = ${id} and fence = ${fence} and ready_at is null and failed_at is null`.execute(tx);
}

// forgetting ------------------------------------------------------------------------------------------------

/** Of these folders, those whose file may still be asked for or is being made. */
export async function exportsInUse(db: Db, ids: readonly string[], at: Date): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from analytics.export
    where id = any(${[...ids]}::uuid[]) and failed_at is null and (expires_at is null or expires_at > ${at})`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}

/** That there was one is kept a while longer than its file. Answers how many rows went. */
export async function forgetExports(tx: Tx, before: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from analytics.export where coalesce(expires_at, failed_at) < ${before}`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
