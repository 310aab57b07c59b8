import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, newId, type SlotBookingId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { demandFeaturable, demandNoInterest } from './feature-checks.ts';
import { surfaceName } from '#api/slots/surface-words.ts';
import { SURFACES } from '#api/slots/surfaces.ts';

type Wish = marketplace.BookingChange & { slug: string; kind: 'editorial' | 'merit' };

/** Puts a model into a featured place for a while. */
export async function bookSlot(context: Context, by_id: AccountId, wish: Wish): Promise<SlotBookingId> {
  const { slug, ...booking } = wish;
  const at = context.clock.now();
  const id = newId<SlotBookingId>(at);
  await context.database.inTransaction(async (tx) => {
    const model = (await registry.modelBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    const model_id = asId<ModelId>(model.id);
    await demandFeaturable(tx, { model_id, by_id, at });
    demandFits(model.modality, wish.surface);
    const made = await marketplace.bookSlot(tx, {
      ...{ ...booking, id, model_id, campaign_id: null, booked_by: by_id, booked_at: at },
    });
    await noteAct(tx, 'slot.booked', made, by_id, at);
    await tell(tx, 'slot.booked', { booking_id: id, model_id, creator_id: model.creator_id, by_id }, at);
  });
  context.wake.send('news');
  return id;
}

/** A tab of one modality shows no other. */
function demandFits(modality: string, surface: marketplace.Booking['surface']): void {
  const only = SURFACES[surface].modality;
  if (only !== null && only !== modality)
    refuse('NOT_FEATURABLE', { why: `${surfaceName[surface]} shows ${only} models only.` });
}

/** Gives a booking another place, time or reason, if it is as its editor saw it. */
export async function moveSlot(
  context: Context,
  by_id: AccountId,
  id: SlotBookingId,
  { version, ...change }: marketplace.BookingChange & { version: number },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const booking = await ownBooking(tx, id, by_id, at);
    if (booking.version !== version) refuse('STATE_CHANGED', { version: booking.version });
    const { model_id } = booking;
    await demandFeaturable(tx, { model_id, by_id, at });
    const [model] = await registry.modelsByIds(tx, [model_id]);
    if (model) demandFits(model.modality, change.surface);
    await noteAct(
      tx,
      'slot.moved',
      await marketplace.moveBooking(tx, booking, change, { by_id, at }),
      by_id,
      at,
    );
  });
}

/** Ends a booking that runs, or clears one that has not begun. */
export async function endSlot(
  context: Context,
  by_id: AccountId,
  id: SlotBookingId,
): Promise<'ended' | 'cleared'> {
  const at = context.clock.now();
  return context.database.inTransaction(async (tx) => {
    await ownBooking(tx, id, by_id, at);
    const [released] = await marketplace.releaseSlots(tx, { booking_id: id }, at, by_id);
    if (!released) refuse('NOT_FOUND');
    await noteAct(tx, 'slot.ended', released, by_id, at);
    return released.cleared_at ? 'cleared' : 'ended';
  });
}

/** What editors may act on: what is not over, is not a campaign's, and brings them nothing. */
async function ownBooking(
  tx: Tx,
  id: SlotBookingId,
  by_id: AccountId,
  at: Date,
): Promise<marketplace.Booking> {
  const booking = (await marketplace.lockBooking(tx, id)) ?? refuse('NOT_FOUND');
  if (booking.until_at <= at || booking.kind === 'campaign') refuse('NOT_FOUND');
  await demandNoInterest(tx, { model_id: booking.model_id, by_id, at });
  return booking;
}

async function noteAct(
  tx: Tx,
  act: string,
  { id, surface, position, from_at, until_at, model_id }: marketplace.Booking,
  actor: AccountId,
  at: Date,
): Promise<void> {
  const time = { from: from_at.toISOString(), until: until_at.toISOString() };
  await audit(tx, { at, actor, act, subject: id, detail: { surface, position, model_id, ...time } });
}
