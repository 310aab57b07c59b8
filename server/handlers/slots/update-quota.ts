import { setQuota } from '../../flows/set-quota.ts';
import { member, os } from '../base.ts';

export const updateQuota = os.slots.updateQuota.handler(async ({ input, context: { context, caller } }) => {
  await setQuota(context, member(caller), input);
  return input;
});
