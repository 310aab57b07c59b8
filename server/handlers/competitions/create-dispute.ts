import { disputeResults } from '../../flows/dispute-results.ts';
import { ownDispute } from '../../views/competitions/results.ts';
import { member, os } from '../base.ts';

export const createDispute = os.competitions.createDispute.handler(
  async ({ input, context: { context, caller } }) => {
    const id = await disputeResults(context, member(caller), input);
    return ownDispute(context, caller.account, id);
  },
);
