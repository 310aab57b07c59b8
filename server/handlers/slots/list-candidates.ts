import { slotCandidates } from '../../views/slot-calendar.ts';
import { member, os } from '../base.ts';

export const listCandidates = os.slots.listCandidates.handler(({ input, context: { context, caller } }) =>
  slotCandidates(context, member(caller), input),
);
