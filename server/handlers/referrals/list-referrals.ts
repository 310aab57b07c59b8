import { referralList } from '../../views/referrals.ts';
import { member, os } from '../base.ts';

export const listReferrals = os.referrals.listReferrals.handler(({ input, context: { context, caller } }) =>
  referralList(context, member(caller), input),
);
