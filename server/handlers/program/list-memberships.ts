import { memberships } from '../../views/memberships.ts';
import { os } from '../base.ts';

export const listMemberships = os.program.listMemberships.handler(
  async ({ input, context: { context, caller } }) => ({
    items: await memberships(context, caller, input.handle),
  }),
);
