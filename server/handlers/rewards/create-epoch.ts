import { draftEpoch } from '../../flows/draft-epoch.ts';
import { shownEpoch } from '../../views/rewards/desk.ts';
import { member, os } from '../base.ts';

export const createEpoch = os.rewards.createEpoch.handler(async ({ context: { context, caller } }) => {
  const me = member(caller);
  return shownEpoch(context, me, await draftEpoch(context, me));
});
