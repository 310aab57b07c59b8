import { earningsLines } from '../../views/earnings.ts';
import { member, os } from '../base.ts';

export const listEarningsLines = os.earnings.listEarningsLines.handler(
  ({ input, context: { context, caller } }) => earningsLines(context, member(caller), input),
);
