import type * as z from 'zod';
import type { SlotDay } from '#api/slots/list-own-slots.ts';
import { slotLabel, whyFeatured } from '#api/slots/slot-words.ts';
import { surfaceName } from '#api/slots/surface-words.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { dayOf } from '../kit/clock.ts';
import { micros, sum } from '../kit/money.ts';
import { monthEnd, monthOf, monthStart } from '../kit/months.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { modelNames, nameOf } from './slot-names.ts';

const READ_MAX = 50_000;
const SHOWN_MAX = 300;
const AHEAD_MS = 366 * 24 * 3600_000;

type Row = z.infer<typeof SlotDay>;

/** Where the models of somebody stood in a month, and what came of it. */
export async function ownSlots(context: Context, creator_id: AccountId, month: string) {
  const at = context.clock.now();
  const [rows, months, booked] = await Promise.all([
    ownSlotDays(context, creator_id, month),
    marketplace.slotMonthsOf(context.db, creator_id),
    bookedFor(context, creator_id, at),
  ]);
  const total = (what: 'impressions' | 'visits' | 'generations') =>
    rows.reduce((before, row) => before + row[what], 0);
  return {
    month,
    months: [...new Set([monthOf(at), ...months])].sort().reverse(),
    total: {
      impressions: total('impressions'),
      visits: total('visits'),
      generations: total('generations'),
      earned_micros: micros(sum(rows.map(({ earned_micros }) => BigInt(earned_micros)))),
    },
    days: rows.slice(0, SHOWN_MAX),
    whole: rows.length <= SHOWN_MAX,
    booked,
  };
}

/** Every place and day, with what the generations that followed brought their creator: the sum of those receipts. */
export async function ownSlotDays({ db }: Context, creator_id: AccountId, month: string): Promise<Row[]> {
  const days = { from: dayOf(monthStart(month)), until: dayOf(monthEnd(month)) };
  const slots = await marketplace.slotDaysOf(db, creator_id, { ...days, limit: READ_MAX });
  const [names, bookings, followed] = await Promise.all([
    modelNames(
      db,
      slots.map(({ model_id }) => model_id),
    ),
    marketplace.bookingsByIds(
      db,
      slots.flatMap(({ booking_id }) => booking_id ?? []),
    ),
    marketplace.generationsOfSlots(
      db,
      slots.map(({ slot_id }) => slot_id),
      days,
    ),
  ]);
  const earned = await earnings.earnedBy(
    db,
    creator_id,
    followed.map(({ generation_id }) => generation_id),
  );
  const by_slot = new Map<string, bigint>();
  for (const { generation_id, slot_id, day } of followed) {
    const key = `${slot_id} ${day}`;
    by_slot.set(key, (by_slot.get(key) ?? 0n) + (earned.get(generation_id) ?? 0n));
  }
  return slots.map((slot) => {
    const { slot_id, day, surface, position, kind, campaign_id, impressions, visits, generations } = slot;
    const model = names.get(slot.model_id);
    const reason = bookings.find(({ id }) => id === slot.booking_id)?.reason ?? null;
    const because = { reason, round: null, quota: null };
    return {
      ...{ day, surface, position, kind, campaign_id, impressions, visits, generations },
      surface_name: surfaceName[surface],
      label: slotLabel[kind],
      why: whyFeatured(kind, because),
      because,
      earned_micros: micros(by_slot.get(`${slot_id} ${day}`) ?? 0n),
      model: model ? nameOf(model) : null,
    };
  });
}

/** What is booked for them from now on. */
async function bookedFor({ db }: Context, creator_id: AccountId, at: Date) {
  const bookings = await marketplace.bookingsBetween(db, at, new Date(at.getTime() + AHEAD_MS));
  const names = await modelNames(
    db,
    bookings.map(({ model_id }) => model_id),
  );
  return bookings.flatMap(({ model_id, surface, from_at, until_at, kind, reason }) => {
    const model = names.get(model_id);
    if (model?.creator_id !== creator_id) return [];
    const because = { reason, round: null, quota: null };
    return [
      {
        surface,
        surface_name: surfaceName[surface],
        from: from_at.toISOString(),
        until: until_at.toISOString(),
        kind,
        label: slotLabel[kind],
        why: whyFeatured(kind, because),
        because,
        model: nameOf(model),
      },
    ];
  });
}
