import { slotChanges } from '../../views/slot-calendar.ts';
import { os } from '../base.ts';

export const listSlotChanges = os.slots.listSlotChanges.handler(({ input, context: { context } }) =>
  slotChanges(context, input),
);
