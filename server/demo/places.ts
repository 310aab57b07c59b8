import { OpenSurface } from '#api/slots/surfaces.ts';
import type { Context } from '../context.ts';
import { bookSlot } from '../flows/book-slot.ts';
import { countImpressions, countVisit, type Viewer } from '../flows/count-sights.ts';
import { rotateSlots } from '../flows/rotate-slots.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as identity from '../modules/identity/index.ts';
import { featured } from '../views/featured.ts';
import type { Chance } from './chance.ts';

const EDITOR = 'editor@demo.example';
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

type Place = Pick<Parameters<typeof bookSlot>[2], 'surface' | 'position' | 'slug' | 'kind' | 'reason'>;

/** What editors chose for the month, and for the one that follows it. */
const BOOKINGS: readonly (Place & { days: readonly [number, number] })[] = [
  {
    ...{ surface: 'home_hero', position: 1, slug: 'horizon', kind: 'editorial', days: [4, 18] },
    reason: 'Landscapes that one would like to walk into.',
  },
  {
    ...{ surface: 'home_hero', position: 1, slug: 'drift', kind: 'editorial', days: [24, 44] },
    reason: 'Fog and silk like nobody else paints them.',
  },
  {
    ...{ surface: 'home_rail', position: 1, slug: 'chamber', kind: 'merit', days: [12, 40] },
    reason: 'The most played music model of its first week.',
  },
  {
    ...{ surface: 'home_rail', position: 2, slug: 'vitrail', kind: 'editorial', days: [20, 38] },
    reason: 'Windows for buildings that are not there yet.',
  },
  {
    ...{ surface: 'explore_music', position: 1, slug: 'still-garden', kind: 'editorial', days: [38, 52] },
    reason: 'For quiet evenings.',
  },
];

/** An editor fills some places for the month to come. */
export async function bookPlaces(context: Context, { from }: { from: Date }): Promise<void> {
  const editor = present(await identity.accountByEmail(context.db, EDITOR), EDITOR);
  for (const { days, ...wish } of BOOKINGS) {
    const [from_at, until_at] = days.map((day) => new Date(from.getTime() + day * DAY_MS));
    await bookSlot(context, editor.id, {
      ...wish,
      from_at: present(from_at, 'its beginning'),
      until_at: present(until_at, 'its end'),
    });
  }
}

/** Some people look at the pages, and open now and then what is featured there. */
export async function lookAround(
  context: Context,
  luck: Chance,
  people: readonly AccountId[],
): Promise<void> {
  await rotateSlots(context);
  const passers = Array.from({ length: luck.below(4) }, () => stranger(luck));
  for (const viewer of [...passers, member(luck.pick(people))]) {
    for (const surface of OpenSurface.options) {
      if (luck.next() < 0.4) continue;
      const cards = await featured(context, viewer.account_id, { surface });
      const seen = cards.filter(() => luck.next() < 0.8).map(({ token }) => token);
      await countImpressions(context, viewer, seen);
      const [opened] = seen;
      if (opened && luck.next() < 0.3) await countVisit(context, viewer, { token: opened, again: false });
    }
  }
}

const member = (account_id: AccountId): Viewer => ({ account_id, ip: '203.0.113.1', user_agent: BROWSER });
const stranger = (luck: Chance): Viewer => ({
  account_id: null,
  ip: `198.51.${luck.below(200)}.${luck.below(200)}`,
  user_agent: BROWSER,
});
