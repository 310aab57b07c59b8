import { askToLeave } from '../../flows/leave-program.ts';
import { member, os } from '../base.ts';

export const createLeaving = os.identity.createLeaving.handler(
  async ({ input, context: { context, caller } }) => {
    const due_at = await askToLeave(context, member(caller), { ...input, session_id: caller.session_id });
    return { due_at: due_at.toISOString() };
  },
);
