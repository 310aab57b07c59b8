import { calendarAnswer } from '#web/feeds/calendar.ts';

/** Everything that creators announce. */
export const GET = async ({ locals }) =>
  calendarAnswer(await locals.api.events.exportCalendar({}), { by_all_s: 300 });
