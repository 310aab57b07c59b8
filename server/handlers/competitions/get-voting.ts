import { votingOf } from '../../views/competitions/voting.ts';
import { member, os } from '../base.ts';

export const getVoting = os.competitions.getVoting.handler(({ input, context: { context, caller } }) =>
  votingOf(context, member(caller), input),
);
