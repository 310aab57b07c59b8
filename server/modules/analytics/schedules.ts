import { sql } from 'kysely';
import * as z from 'zod';
import { type AccountId, asId, type ScheduleId } from '../../ids.ts';
import { earlier, startIn } from '../../kit/buckets.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { Wish } from './exports.ts';

/** A schedule fires by a timer of this kind. */
export const SCHEDULE_TIMER = 'analytics.schedule';

const ScheduledWish = Wish.omit({ from: true, to: true });
const Row = z.object({
  id: z.string().transform(asId<ScheduleId>),
  person_id: z.string().transform(asId<AccountId>),
  dataset: z.string(),
  format: z.enum(['csv', 'parquet']),
  every: z.enum(['week', 'month']),
  wish: ScheduledWish,
  set_at: z.date(),
});
export type ScheduleRow = z.infer<typeof Row>;
const COLUMNS = sql.raw(Object.keys(Row.shape).join(', '));

/** The same wish again is the schedule that there is: answers it, and whether it is new. */
export async function insertSchedule(
  tx: Tx,
  schedule: ScheduleRow,
): Promise<{ schedule: ScheduleRow; is_new: boolean }> {
  const { id, person_id, dataset, format, every, set_at } = schedule;
  const wish = JSON.stringify(schedule.wish);
  const { numAffectedRows } = await sql`
    insert into analytics.schedule (id, person_id, dataset, format, every, wish, set_at)
    values (${id}, ${person_id}, ${dataset}, ${format}, ${every}, ${wish}::jsonb, ${set_at})
    on conflict (person_id, dataset, format, every, wish) where ended_at is null do nothing`.execute(tx);
  if (numAffectedRows === 1n) return { schedule, is_new: true };
  const { rows } = await sql`
    select ${COLUMNS} from analytics.schedule
    where person_id = ${person_id} and dataset = ${dataset} and format = ${format} and every = ${every}
      and wish = ${wish}::jsonb and ended_at is null`.execute(tx);
  return { schedule: Row.parse(rows[0]), is_new: false };
}

/** The newest first. */
export async function schedulesOf(db: Db, person_id: AccountId): Promise<ScheduleRow[]> {
  const { rows } = await sql`
    select ${COLUMNS} from analytics.schedule where person_id = ${person_id} and ended_at is null
    order by set_at desc, id desc`.execute(db);
  return rows.map((row) => Row.parse(row));
}

/** One that has not ended. */
export async function scheduleById(db: Db, id: ScheduleId): Promise<ScheduleRow | null> {
  const { rows } = await sql`
    select ${COLUMNS} from analytics.schedule where id = ${id} and ended_at is null`.execute(db);
  return rows[0] ? Row.parse(rows[0]) : null;
}

/** Answers whether it was there. */
export async function endSchedule(tx: Tx, id: ScheduleId, person_id: AccountId, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update analytics.schedule set ended_at = ${at}
    where id = ${id} and person_id = ${person_id} and ended_at is null`.execute(tx);
  return numAffectedRows === 1n;
}

// when --------------------------------------------------------------------------------------------------------

/** After a week or month is over: by then its last generations are counted. */
const AFTER_MS = 3_600_000;
type Every = Pick<ScheduleRow, 'every' | 'wish'>;

/** When the file of the week or month is made that an instant lies in, by the clocks of the zone. */
export function dueAfter(at: Date, { every, wish }: Every): Date {
  const start = startIn(at, wish.zone, every);
  // some day of the next one, whatever the clocks do meanwhile
  const later = new Date(start.getTime() + (every === 'week' ? 10 : 40) * DAY_MS);
  return new Date(startIn(later, wish.zone, every).getTime() + AFTER_MS);
}

/** The week or month that a file is of which is made then. */
export function periodOf(due_at: Date, { every, wish }: Every): { from: Date; to: Date } {
  const to = new Date(due_at.getTime() - AFTER_MS);
  return { from: earlier(to, wish.zone, every === 'week' ? { days: 7 } : { months: 1 }), to };
}
