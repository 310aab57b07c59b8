import { SlotChange } from '#api/slots/list-slot-changes.ts';
import type { Booking } from '#api/slots/shapes.ts';
import { surfaceName } from '#api/slots/surface-words.ts';
import { OpenSurface, type Surface, SURFACES } from '#api/slots/surfaces.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, type SlotBookingId } from '../ids.ts';
import { DAY_MS, dayOf, nextDay } from '../kit/clock.ts';
import { monthEnd, monthStart, nextMonth } from '../kit/months.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';
import { modelNames, nameOf } from './slot-names.ts';
import { earnsBy, whyNotFeature } from './why-not-feature.ts';

/** A month of featured places: who stands where, what is kept for new models, and how much is still open. */
export async function slotCalendar(context: Context, by_id: AccountId, month: string) {
  const { db, clock } = context;
  const [from, until] = [monthStart(month), monthEnd(month)];
  const next = nextMonth(month);
  const [bookings, following, quotas, next_quotas, last, rotation] = await Promise.all([
    marketplace.bookingsBetween(db, from, until),
    marketplace.bookingsBetween(db, monthStart(next), monthEnd(next)),
    marketplace.quotasBetween(db, from, until),
    marketplace.quotasBetween(db, monthStart(next), monthEnd(next)),
    marketplace.quotasBetween(db, from, FAR),
    marketplace.rotationUntil(db, dayOf(clock.now())),
  ]);
  const first = quotas[0] ?? refuse('NOT_FOUND');
  const kept = quotas.map(({ share_ppm }) => marketplace.keptForNew(share_ppm));
  return {
    month,
    days: daysOf(from, until),
    surfaces: OpenSurface.options.map((surface) => ({
      surface,
      name: surfaceName[surface],
      positions: SURFACES[surface].positions,
      kept: positionsOf(surface).filter((position) =>
        kept.every((places) => places.has(marketplace.placeKey({ surface, position }))),
      ),
    })),
    bookings: await presentBookings(context, by_id, bookings),
    coverage: coverageOf(bookings, first, from, until),
    next_month: coverageOf(following, next_quotas[0] ?? first, monthStart(next), monthEnd(next)),
    quotas,
    last_quota: last.at(-1) ?? first,
    new_models: rotation?.candidates.filter(({ is_new }) => is_new).length ?? 0,
    can: { set_quota: YES },
  };
}

const FAR = new Date('9999-01-01T00:00:00Z');
const PPM = 1_000_000;

const positionsOf = (surface: Surface) =>
  Array.from({ length: SURFACES[surface].positions }, (_, place) => place + 1);

function daysOf(from: Date, until: Date): string[] {
  const days = [];
  for (let day = dayOf(from); day < dayOf(until); day = nextDay(day)) days.push(day);
  return days;
}

/** How much of the time of the places that may be booked is booked. */
function coverageOf(
  bookings: readonly marketplace.Booking[],
  { share_ppm }: marketplace.Quota,
  from: Date,
  until: Date,
) {
  const kept = marketplace.keptForNew(share_ppm).size;
  const open = marketplace.PLACES.length - kept;
  const whole_ms = open * (until.getTime() - from.getTime());
  const booked_ms = bookings.reduce(
    (sum, { from_at, until_at }) =>
      sum + Math.min(until_at.getTime(), until.getTime()) - Math.max(from_at.getTime(), from.getTime()),
    0,
  );
  return {
    booked_ppm: whole_ms === 0 ? 0 : Math.round((booked_ms * PPM) / whole_ms),
    open_place_days: Math.round(Math.max(0, whole_ms - booked_ms) / DAY_MS),
    kept_ppm: Math.round((kept * PPM) / marketplace.PLACES.length),
  };
}

export async function presentBookings(
  context: Context,
  by_id: AccountId,
  bookings: readonly marketplace.Booking[],
): Promise<Booking[]> {
  const { db, clock } = context;
  const at = clock.now();
  const ids = bookings.map(({ model_id }) => model_id);
  const [names, why, counts, person] = await Promise.all([
    modelNames(db, ids),
    whyNotFeature(db, ids, at),
    marketplace.countsOfBookings(
      db,
      bookings.map(({ id }) => id),
    ),
    people(
      db,
      bookings.flatMap(({ booked_by }) => booked_by ?? []),
    ),
  ]);
  const own = new Set<string>();
  for (const [id, { creator_id }] of names) if (await earnsBy(db, by_id, { id, creator_id }, at)) own.add(id);
  return bookings.flatMap((booking): Booking[] => {
    const model = names.get(booking.model_id);
    if (!model) return [];
    const { id, version, surface, position, kind, campaign_id, reason, booked_by } = booking;
    return [
      {
        ...{ id, version, surface, position, kind, campaign_id, reason },
        from: booking.from_at.toISOString(),
        until: booking.until_at.toISOString(),
        model: nameOf(model),
        booked_by: booked_by ? person(booked_by) : null,
        counts: counts.get(id) ?? { impressions: 0, visits: 0, generations: 0 },
        not_shown: why.get(booking.model_id) ?? null,
        can: canOf(booking, at, own.has(booking.model_id)),
      },
    ];
  });
}

function canOf({ kind, until_at }: marketplace.Booking, at: Date, is_own: boolean): Booking['can'] {
  const why =
    kind === 'campaign'
      ? 'It belongs to a campaign: change it there.'
      : until_at <= at
        ? 'It is over.'
        : is_own
          ? 'You earn by this model, so somebody else decides about it.'
          : null;
  return { move: why ? no(why) : YES, end: why ? no(why) : YES };
}

/** One booking, as the calendar shows it. */
export async function oneBooking(context: Context, by_id: AccountId, id: SlotBookingId): Promise<Booking> {
  const [booking] = await presentBookings(context, by_id, await marketplace.bookingsByIds(context.db, [id]));
  return booking ?? refuse('NOT_FOUND');
}

const CANDIDATES = 20;

/** Models that an editor may choose from, by their words or the most heated ones. */
export async function slotCandidates(
  { db, clock }: Context,
  by_id: AccountId,
  { surface, search }: { surface: Surface; search: string },
) {
  const at = clock.now();
  const { found } = await marketplace.searchListings(
    db,
    {
      ...{ text: search, prompts: false, modality: SURFACES[surface].modality, tag: null, licence: null },
      ...{ price_max: null, published_since: null, used_since: null, among: null, without: [] },
      order: search.trim() ? 'fitting' : 'trending',
    },
    { after: null, limit: CANDIDATES },
  );
  const ids = found.map(({ id }) => asId<ModelId>(id));
  const [names, why] = await Promise.all([modelNames(db, ids), whyNotFeature(db, ids, at)]);
  const items = [];
  for (const id of ids) {
    const model = names.get(id);
    if (!model) continue;
    const is_own = await earnsBy(db, by_id, { id, creator_id: model.creator_id }, at);
    const reason = is_own ? 'You earn by it, so somebody else decides about it.' : why.get(id);
    items.push({ ...nameOf(model), can: reason === undefined ? YES : no(reason) });
  }
  return { items };
}

/** What editors did with featured places, the newest first. */
export async function slotChanges(
  context: Context,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const { db } = context;
  const list = 'slot changes';
  const after = rowOf(placeOf(context, list, cursor));
  const rows = await marketplace.slotChanges(db, { after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ at, id }) => [at.toISOString(), id]);
  const [names, person] = await Promise.all([
    modelNames(
      db,
      shown.map(({ model_id }) => model_id),
    ),
    people(
      db,
      shown.flatMap(({ by_id }) => by_id ?? []),
    ),
  ]);
  const items = shown.map(
    ({ id, act, by_id, at, surface, position, from_at, until_at, kind, reason, model_id }) => {
      const model = names.get(model_id);
      return {
        ...{ id, act: SlotChange.shape.act.parse(act), surface, position, kind, reason },
        by: by_id ? person(by_id) : null,
        at: at.toISOString(),
        from: from_at.toISOString(),
        until: until_at.toISOString(),
        model: model ? nameOf(model) : null,
      };
    },
  );
  return { items, next_cursor };
}
