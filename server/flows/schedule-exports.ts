import type { Schedule, ScheduleWish } from '#api/analytics/export-shapes.ts';
import { SCHEDULES_MAX } from '#api/analytics/export-limits.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ExportId, newId, type ScheduleId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as analytics from '../modules/analytics/index.ts';
import { refuse } from '../refuse.ts';
import { resolveWhat } from '../views/analytics/export-wish.ts';
import { shownSchedule } from '../views/exports.ts';

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
  const { id, person_id, dataset, format, wish } = schedule;
  const { from, to } = analytics.periodOf(due_at, schedule);
  await analytics.insertExport(tx, {
    ...{ id: newId<ExportId>(at), person_id, dataset, format, asked_at: at },
    wish: { ...wish, from, to },
    schedule: { id, period_from: from },
  });
  await setNext(tx, schedule, to, at);
}

/** Of one that slept through some weeks each is made, one after the other. */
async function setNext(tx: Tx, schedule: analytics.ScheduleRow, after: Date, at: Date): Promise<void> {
  const due_at = analytics.dueAfter(after, schedule);
  await setTimer(tx, { kind: analytics.SCHEDULE_TIMER, subject_id: schedule.id, due_at, at });
}
