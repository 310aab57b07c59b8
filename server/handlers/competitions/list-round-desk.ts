import { roundDesk } from '../../views/competitions/round-desk.ts';
import { member, os } from '../base.ts';

export const listRoundDesk = os.competitions.listRoundDesk.handler(
  ({ input, context: { context, caller } }) => roundDesk(context, member(caller), input),
);
