import { ownSlots } from '../../views/own-slots.ts';
import { member, os } from '../base.ts';

export const listOwnSlots = os.slots.listOwnSlots.handler(({ input, context: { context, caller } }) =>
  ownSlots(context, member(caller), input.month),
);
