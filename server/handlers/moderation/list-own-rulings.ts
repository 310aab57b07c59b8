import { ownRulings } from '../../views/matters.ts';
import { member, os } from '../base.ts';

export const listOwnRulings = os.moderation.listOwnRulings.handler(({ context: { context, caller } }) =>
  ownRulings(context, member(caller)),
);
