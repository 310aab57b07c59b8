import type { Every, Schedule, ScheduleWish } from '#api/analytics/export-shapes.ts';
import { SCHEDULES_MAX } from '#api/analytics/export-limits.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ExportId, newId, type ScheduleId } from '../ids.ts';
import { earlier, startIn } from '../kit/buckets.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as analytics from '../modules/analytics/index.ts';
import { refuse } from '../refuse.ts';
import { resolveWhat } from '../views/analytics/export-wish.ts';
import { shownSchedule } from '../views/exports.ts';

/** After a week or month is over: by then its last generations are counted. */
const AFTER_MS = 3_600_000;

/** From now on a file is made whenever a week or month is over. */
export async function setSchedule(
  context: Context,
  person_id: AccountId,
  asked: ScheduleWish,
): Promise<Schedule> {
  const { database, db, clock } = context;
  const at = clock.now();
  const wish = await resolveWhat(db, person_id, asked);
  const { dataset, format, every } = asked;
  return database.inTransaction(async (tx) => {
    await analytics.takeTurnToOrder(tx, person_id);
    const wanted = { id: newId<ScheduleId>(at), person_id, dataset, format, every, wish, set_at: at };
    const { schedule, is_new } = await analytics.insertSchedule(tx, wanted);
    if (is_new) {
      const schedules = await analytics.schedulesOf(tx, person_id);
      if (schedules.length > SCHEDULES_MAX) refuse('SCHEDULES_FULL', { limit: SCHEDULES_MAX });
      await setNext(tx, schedule, at, at);
    }
    return shownSchedule(tx, schedule);
  });
}

export async function endSchedule(context: Context, person_id: AccountId, id: ScheduleId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    if (!(await analytics.endSchedule(tx, id, person_id, at))) refuse('NOT_FOUND');
    await dropTimer(tx, { kind: analytics.SCHEDULE_TIMER, subject_id: id, at });
  });
}

/** Its time has come: orders the file of what is over, and waits for the next. The timer fires once, however many look. */
export async function orderScheduled(tx: Tx, context: Context, { subject_id, due_at }: Timer): Promise<void> {
  const at = context.clock.now();
  const schedule = await analytics.scheduleById(tx, asId<ScheduleId>(subject_id));
  if (!schedule) return;
  const { id, person_id, dataset, format, every, wish } = schedule;
  const to = new Date(due_at.getTime() - AFTER_MS);
  const from = earlier(to, wish.zone, every === 'week' ? { days: 7 } : { months: 1 });
  await analytics.insertExport(tx, {
    ...{ id: newId<ExportId>(at), person_id, dataset, format, asked_at: at },
    wish: { ...wish, from, to },
    schedule: { id, period_from: from },
  });
  await setNext(tx, schedule, to, at);
}

/** Of one that slept through some weeks each is made, one after the other. */
async function setNext(
  tx: Tx,
  { id, every, wish }: analytics.ScheduleRow,
  after: Date,
  at: Date,
): Promise<void> {
  const end = nextEnd(after, wish.zone, every);
  const due_at = new Date(end.getTime() + AFTER_MS);
  await setTimer(tx, { kind: analytics.SCHEDULE_TIMER, subject_id: id, due_at, at });
}

/** When the week or month of an instant is over, by the clocks of the zone. */
function nextEnd(at: Date, zone: string, every: Every): Date {
  const start = startIn(at, zone, every);
  // some day of the next one, whatever the clocks do meanwhile
  const later = new Date(start.getTime() + (every === 'week' ? 10 : 40) * DAY_MS);
  return startIn(later, zone, every);
}
