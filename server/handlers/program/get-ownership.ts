import { ownershipPage } from '../../views/transfers.ts';
import { member, os } from '../base.ts';

export const getOwnership = os.program.getOwnership.handler(({ input, context: { context, caller } }) =>
  ownershipPage(context, member(caller), input.slug),
);
