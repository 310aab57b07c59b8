import { changeMembership } from '../../flows/change-membership.ts';
import { membership } from '../../views/memberships.ts';
import { os } from '../base.ts';

export const updateMembership = os.program.updateMembership.handler(
  async ({ input, context: { context, caller } }) =>
    membership(context, caller, await changeMembership(context, caller, input)),
);
