import { blockedPeopleFor } from '../../views/blocked-people.ts';
import { member, os } from '../base.ts';

export const listBlockedPeople = os.marketplace.listBlockedPeople.handler(
  ({ context: { context, caller } }) => blockedPeopleFor(context, member(caller)),
);
