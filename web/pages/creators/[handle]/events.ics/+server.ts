import { calendarAnswer } from '#web/feeds/calendar.ts';
import { orNowhere } from '#web/load.ts';

/** What one creator announces. */
export async function GET({ locals, params, url }) {
  const calendar = await orNowhere(locals.api.events.exportCalendar({ creator: params.handle }), url);
  return calendarAnswer(calendar, { by_all_s: 300 });
}
