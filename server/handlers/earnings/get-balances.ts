import { instantOf } from '../../views/moments.ts';
import { balancesAt } from '../../views/own-accounts.ts';
import { whoseBalances } from '../../views/whose.ts';
import { os } from '../base.ts';

export const getBalances = os.earnings.getBalances.handler(async ({ input, context: { context, caller } }) =>
  balancesAt(context, await whoseBalances(context, caller, input.person), instantOf(context, input.at)),
);
