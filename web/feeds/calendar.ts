/** A calendar as other programs fetch it: they ask again after a while, and nothing between keeps one of somebody's own. */
export const calendarAnswer = (calendar: File, kept: { by_all_s: number } | 'private'): Response =>
  new Response(calendar, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="events.ics"',
      'cache-control': kept === 'private' ? 'private, no-store' : `public, max-age=${kept.by_all_s}`,
    },
  });
