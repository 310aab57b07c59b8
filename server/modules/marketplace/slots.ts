import { sql } from 'kysely';
import { BookedKind, OpenSurface, SURFACES } from '#api/slots/surfaces.ts';
import {
  type AccountId,
  asId,
  type ModelId,
  newId,
  type SlotBookingId,
  type SlotChangeId,
} from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import { keptForNew, placeKey, quotasBetween } from './quota.ts';

/** A model that somebody put in a featured place: [from_at, until_at). */
export type Booking = {
  id: SlotBookingId;
  surface: OpenSurface;
  position: number;
  from_at: Date;
  until_at: Date;
  model_id: ModelId;
  kind: BookedKind;
  campaign_id: string | null;
  reason: string;
  booked_by: AccountId | null;
  booked_at: Date;
  version: number;
  cleared_at: Date | null;
  /** since when its model may not be featured any more, as far as whoever booked it was told */
  fallen_at: Date | null;
};
export type NewBooking = Omit<Booking, 'version' | 'cleared_at' | 'fallen_at'>;
type BookedKind = (typeof BookedKind.options)[number];

type Row = Omit<Booking, 'id' | 'surface' | 'model_id' | 'kind' | 'booked_by'> &
  Record<'id' | 'surface' | 'model_id' | 'kind', string> & { booked_by: string | null };
const read = (row: Row): Booking => ({
  ...row,
  id: asId<SlotBookingId>(row.id),
  surface: OpenSurface.parse(row.surface),
  model_id: asId<ModelId>(row.model_id),
  kind: BookedKind.parse(row.kind),
  booked_by: row.booked_by === null ? null : asId<AccountId>(row.booked_by),
});

/**
 * Books a place for a while. Refuses `SLOT_UNKNOWN`, `SLOT_IN_THE_PAST`, `SLOT_RESERVED` where the place is kept for new
 * models, and `SLOT_TAKEN` with what stands there. Those who book one place wait for each other, so that a refusal can
 * always say by what; the constraint of the table holds without that.
 */
export async function bookSlot(tx: Tx, booking: NewBooking): Promise<Booking> {
  await demandFree(tx, booking, booking.booked_at, null);
  const row = await tx
    .insertInto('marketplace.slot_booking')
    .values(booking)
    .returningAll()
    .executeTakeFirstOrThrow();
  return note(tx, 'book', read(row), { by_id: booking.booked_by, at: booking.booked_at });
}

export type BookingChange = Pick<Booking, 'surface' | 'position' | 'from_at' | 'until_at' | 'reason'>;

/** Moves it elsewhere, or gives it another time or reason; one that has begun keeps its beginning and its place. */
export async function moveBooking(tx: Tx, booking: Booking, change: BookingChange, by: By): Promise<Booking> {
  const { at } = by;
  const running = booking.from_at <= at;
  if (
    running &&
    (change.from_at.getTime() !== booking.from_at.getTime() || placeKey(change) !== placeKey(booking))
  )
    refuse('SLOT_RUNNING');
  await demandFree(tx, change, running ? booking.from_at : at, booking.id);
  if (change.until_at <= at) refuse('SLOT_IN_THE_PAST');
  const row = await tx
    .updateTable('marketplace.slot_booking')
    .set({ ...change, version: booking.version + 1 })
    .where('id', '=', booking.id)
    .where('version', '=', booking.version)
    .returningAll()
    .executeTakeFirstOrThrow();
  return note(tx, 'move', read(row), by);
}

async function demandFree(
  tx: Tx,
  wanted: Pick<Booking, 'surface' | 'position' | 'from_at' | 'until_at'>,
  earliest: Date,
  except: SlotBookingId | null,
): Promise<void> {
  const { surface, position, from_at, until_at } = wanted;
  if (position < 1 || position > SURFACES[surface].positions)
    refuse('SLOT_UNKNOWN', { positions: SURFACES[surface].positions });
  if (from_at < earliest || until_at <= from_at) refuse('SLOT_IN_THE_PAST');
  await lockPlaces(tx);
  for (const quota of await quotasBetween(tx, from_at, until_at))
    if (keptForNew(quota.share_ppm).has(placeKey(wanted)))
      refuse('SLOT_RESERVED', { share_ppm: quota.share_ppm, from_day: quota.from_day });
  const [there] = (await bookingsBetween(tx, from_at, until_at)).filter(
    (other) => other.id !== except && placeKey(other) === placeKey(wanted),
  );
  if (there)
    refuse('SLOT_TAKEN', {
      booking_id: there.id,
      model_id: there.model_id,
      kind: there.kind,
      reason: there.reason,
      from: there.from_at.toISOString(),
      until: there.until_at.toISOString(),
    });
}

/** Bookings are few and made by hand: they and the quota change one after the other. */
export async function lockPlaces(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('featured places', 0))`.execute(tx);
}

/**
 * Lets go of what is booked: one booking, or all of a campaign. What has not begun is cleared, what runs ends now.
 * Answers what was let go.
 */
export async function releaseSlots(
  tx: Tx,
  which: { booking_id: SlotBookingId } | { campaign_id: string },
  at: Date,
  by_id: AccountId | null = null,
): Promise<Booking[]> {
  const rows = await tx
    .updateTable('marketplace.slot_booking')
    .set({
      cleared_at: sql<Date | null>`case when from_at >= ${at}::timestamptz then ${at}::timestamptz end`,
      until_at: sql<Date>`case when from_at >= ${at}::timestamptz then until_at else ${at}::timestamptz end`,
      version: sql<number>`version + 1`,
    })
    .where('cleared_at', 'is', null)
    .where('until_at', '>', at)
    .where(({ eb }) =>
      'booking_id' in which ? eb('id', '=', which.booking_id) : eb('campaign_id', '=', which.campaign_id),
    )
    .returningAll()
    .execute();
  const released = rows.map(read);
  for (const booking of released)
    await note(tx, booking.cleared_at ? 'clear' : 'end', booking, { by_id, at });
  return released;
}

type By = { by_id: AccountId | null; at: Date };
type Act = 'book' | 'move' | 'end' | 'clear';

async function note(tx: Tx, act: Act, booking: Booking, { by_id, at }: By): Promise<Booking> {
  const { id, surface, position, from_at, until_at } = booking;
  await tx
    .insertInto('marketplace.slot_change')
    .values({
      id: newId<SlotChangeId>(at),
      booking_id: id,
      act,
      by_id,
      at,
      surface,
      position,
      from_at,
      until_at,
    })
    .execute();
  return booking;
}

/** What was done with bookings, the newest first. */
export async function slotChanges(
  db: Db,
  { after, limit }: { after: { at: Date; id: string } | null; limit: number },
) {
  let query = db
    .selectFrom('marketplace.slot_change as c')
    .innerJoin('marketplace.slot_booking as b', 'b.id', 'c.booking_id')
    .select(['c.id', 'c.act', 'c.by_id', 'c.at', 'c.surface', 'c.position', 'c.from_at', 'c.until_at'])
    .select(['b.model_id', 'b.kind', 'b.reason'])
    .orderBy('c.at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(limit);
  if (after) query = query.where(sql<boolean>`(c.at, c.id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  const rows = await query.execute();
  return rows.map((row) => ({
    ...row,
    surface: OpenSurface.parse(row.surface),
    kind: BookedKind.parse(row.kind),
  }));
}

/** Remembers that whoever booked these was told that they show something else, or that they show it again. */
export async function noteFallen(
  tx: Tx,
  ids: readonly SlotBookingId[],
  fallen_at: Date | null,
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('marketplace.slot_booking')
    .set({ fallen_at })
    .where('id', 'in', [...ids])
    .execute();
}

/** The same, with whoever changes it next made to wait. */
export async function lockBooking(tx: Tx, id: SlotBookingId): Promise<Booking | undefined> {
  const row = await tx
    .selectFrom('marketplace.slot_booking')
    .selectAll()
    .where('id', '=', id)
    .where('cleared_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row && read(row);
}

/** What is booked for any part of a time, in the order of place and time. */
export async function bookingsBetween(db: Db, from: Date, until: Date): Promise<Booking[]> {
  const rows = await db
    .selectFrom('marketplace.slot_booking')
    .selectAll()
    .where('cleared_at', 'is', null)
    .where('until_at', '>', from)
    .where('from_at', '<', until)
    .orderBy('surface')
    .orderBy('position')
    .orderBy('from_at')
    .execute();
  return rows.map(read);
}

/** Also those that were cleared. */
export async function bookingsByIds(db: Db, ids: readonly SlotBookingId[]): Promise<Booking[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('marketplace.slot_booking')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(read);
}

export async function bookingsOfCampaign(db: Db, campaign_id: string): Promise<Booking[]> {
  const rows = await db
    .selectFrom('marketplace.slot_booking')
    .selectAll()
    .where('campaign_id', '=', campaign_id)
    .where('cleared_at', 'is', null)
    .orderBy('from_at')
    .execute();
  return rows.map(read);
}
