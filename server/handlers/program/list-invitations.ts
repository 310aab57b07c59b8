import { invitations } from '../../views/splits.ts';
import { member, os } from '../base.ts';

export const listInvitations = os.program.listInvitations.handler(
  async ({ context: { context, caller } }) => ({ items: await invitations(context, member(caller)) }),
);
