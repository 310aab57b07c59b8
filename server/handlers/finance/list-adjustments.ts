import { adjustmentList } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const listAdjustments = os.finance.listAdjustments.handler(({ input, context: { context, caller } }) =>
  adjustmentList(context, member(caller), input),
);
