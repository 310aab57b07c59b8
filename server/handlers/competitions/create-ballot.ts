import { castBallot } from '../../flows/cast-ballot.ts';
import { presentPair } from '../../views/competitions/voting.ts';
import { member, os } from '../base.ts';

export const createBallot = os.competitions.createBallot.handler(
  async ({ input, context: { context, caller } }) => {
    const { next, ...cast } = await castBallot(context, member(caller), input);
    return { ...cast, next: next && presentPair(context, next) };
  },
);
