import { calendarAnswer } from '#web/feeds/calendar.ts';
import { orNowhere } from '#web/load.ts';

/** Somebody's own calendar, for whoever has its address. */
export async function GET({ locals, params, url }) {
  const secret = params.secret.replace(/\.ics$/, '');
  return calendarAnswer(await orNowhere(locals.api.events.exportOwnCalendar({ secret }), url), 'private');
}
