import { ownAwards } from '../../views/competitions/awards.ts';
import { member, os } from '../base.ts';

export const listMyAwards = os.competitions.listMyAwards.handler(({ input, context: { context, caller } }) =>
  ownAwards(context, member(caller), input),
);
