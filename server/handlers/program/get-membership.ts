import { membership } from '../../views/memberships.ts';
import { member, os } from '../base.ts';

export const getMembership = os.program.getMembership.handler(({ context: { context, caller } }) =>
  membership(context, caller, member(caller)),
);
