import { bookSlot } from '../../flows/book-slot.ts';
import { oneBooking } from '../../views/slot-calendar.ts';
import { member, os } from '../base.ts';

export const createBooking = os.slots.createBooking.handler(
  async ({ input, context: { context, caller } }) => {
    const { model: slug, from, until, ...wish } = input;
    const times = { from_at: new Date(from), until_at: new Date(until) };
    const id = await bookSlot(context, member(caller), { ...wish, ...times, slug });
    return oneBooking(context, member(caller), id);
  },
);
