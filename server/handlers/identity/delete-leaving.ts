import { stay } from '../../flows/leave-program.ts';
import { member, os } from '../base.ts';

export const deleteLeaving = os.identity.deleteLeaving.handler(async ({ context: { context, caller } }) => {
  await stay(context, member(caller));
  return {};
});
