import { makeCalendarAddress } from '../../flows/make-calendar-address.ts';
import { member, os } from '../base.ts';

export const createCalendarAddress = os.events.createCalendarAddress.handler(
  async ({ context: { context, caller } }) => ({ url: await makeCalendarAddress(context, member(caller)) }),
);
