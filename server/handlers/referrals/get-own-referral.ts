import { ownReferral } from '../../views/referrals.ts';
import { member, os } from '../base.ts';

export const getOwnReferral = os.referrals.getOwnReferral.handler(({ context: { context, caller } }) =>
  ownReferral(context, member(caller)),
);
