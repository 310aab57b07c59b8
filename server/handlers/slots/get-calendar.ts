import { slotCalendar } from '../../views/slot-calendar.ts';
import { member, os } from '../base.ts';

export const getCalendar = os.slots.getCalendar.handler(({ input, context: { context, caller } }) =>
  slotCalendar(context, member(caller), input.month),
);
