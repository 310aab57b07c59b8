import { earningsOf } from '../../views/earnings.ts';
import { member, os } from '../base.ts';

export const getEarnings = os.earnings.getEarnings.handler(({ input, context: { context, caller } }) =>
  earningsOf(context, member(caller), input.days),
);
