import { reversalList } from '../../views/reversals.ts';
import { member, os } from '../base.ts';

export const listReversals = os.finance.listReversals.handler(({ input, context: { context, caller } }) =>
  reversalList(context, member(caller), input),
);
