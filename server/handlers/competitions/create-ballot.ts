import { castBallot } from '../../flows/cast-ballot.ts';
import { presentPair } from '../../views/competitions/voting.ts';
import { member, os } from '../base.ts';
import { takeRoomToReport } from '../room.ts';

export const createBallot = os.competitions.createBallot.handler(async ({ input, context }) => {
  if (input.report) await takeRoomToReport(context);
  const { next, ...cast } = await castBallot(context.context, member(context.caller), input);
  return { ...cast, next: next && presentPair(context.context, next) };
});
