import { ownRounds } from '../../views/competitions/own-rounds.ts';
import { member, os } from '../base.ts';

export const listOwnRounds = os.competitions.listOwnRounds.handler(({ context: { context, caller } }) =>
  ownRounds(context, member(caller)),
);
