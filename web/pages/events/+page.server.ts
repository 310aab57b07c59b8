import { eventKinds } from '#ui/events/kinds.ts';
import { monthsAway } from '#ui/events/month.ts';
import { oneOf, orNowhere } from '#web/load.ts';

const DAY_MS = 86_400_000;
const startOf = (month: string) => new Date(`${month}-01T00:00:00Z`).getTime();

export async function load({ locals, url, parent }) {
  const asked = url.searchParams.get('month') ?? '';
  const today = new Date().toISOString();
  const month = /^20\d\d-(0[1-9]|1[0-2])$/.test(asked) ? asked : today.slice(0, 7);
  const view = oneOf(['list', 'month'], url.searchParams.get('view')) ?? 'list';
  const kind = oneOf(eventKinds, url.searchParams.get('kind'));
  const creator = url.searchParams.get('creator') ?? undefined;
  const mine = url.searchParams.get('mine') === 'true';
  // a day more on both sides: the grid is of the days where it is read
  const range =
    view === 'month'
      ? {
          from: new Date(startOf(month) - 8 * DAY_MS).toISOString(),
          until: new Date(startOf(monthsAway(month, 1)) + 8 * DAY_MS).toISOString(),
        }
      : {};
  const { me } = await parent();
  return {
    ...{ month, view, kind, creator, mine, signedIn: me.account !== null },
    list: await orNowhere(
      locals.api.events.listEvents({ ...range, kind, creator, mine: mine ? 'true' : undefined }),
      url,
    ),
  };
}
