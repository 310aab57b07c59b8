import { moveSlot } from '../../flows/book-slot.ts';
import { asId, type SlotBookingId } from '../../ids.ts';
import { oneBooking } from '../../views/slot-calendar.ts';
import { member, os } from '../base.ts';

export const updateBooking = os.slots.updateBooking.handler(
  async ({ input, context: { context, caller } }) => {
    const { id: given, from, until, ...change } = input;
    const id = asId<SlotBookingId>(given);
    const times = { from_at: new Date(from), until_at: new Date(until) };
    await moveSlot(context, member(caller), id, { ...change, ...times });
    return oneBooking(context, member(caller), id);
  },
);
