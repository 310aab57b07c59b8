import { ballotRoots } from '../../views/competitions/own-ballots.ts';
import { os } from '../base.ts';

export const listBallotRoots = os.competitions.listBallotRoots.handler(
  ({ input: { slug }, context: { context } }) => ballotRoots(context, slug),
);
