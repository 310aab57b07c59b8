import { blockPerson as keep } from '../../flows/block-person.ts';
import { blockedPeopleFor } from '../../views/blocked-people.ts';
import { member, os } from '../base.ts';

export const blockPerson = os.marketplace.blockPerson.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    await keep(context, me, input, true);
    return blockedPeopleFor(context, me);
  },
);
