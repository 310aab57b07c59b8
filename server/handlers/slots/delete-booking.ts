import { endSlot } from '../../flows/book-slot.ts';
import { asId, type SlotBookingId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteBooking = os.slots.deleteBooking.handler(
  async ({ input, context: { context, caller } }) => ({
    ended: await endSlot(context, member(caller), asId<SlotBookingId>(input.id)),
  }),
);
