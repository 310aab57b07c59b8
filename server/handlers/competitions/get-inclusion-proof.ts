import { ownBallots } from '../../views/competitions/own-ballots.ts';
import { member, os } from '../base.ts';

export const getInclusionProof = os.competitions.getInclusionProof.handler(
  ({ input, context: { context, caller } }) => ownBallots(context, member(caller), input),
);
