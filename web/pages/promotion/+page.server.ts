import { orRefuse } from '#web/load.ts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

export async function load({ locals, url, depends }) {
  depends('app:slots');
  const asked = url.searchParams.get('month') ?? '';
  const month = MONTH.test(asked) ? asked : new Date().toISOString().slice(0, 7);
  const [calendar, changes] = await Promise.all([
    orRefuse(locals.api.slots.getCalendar({ month }), url),
    orRefuse(locals.api.slots.listSlotChanges({ limit: 20 }), url),
  ]);
  return { calendar, changes };
}
