import { voidBallots } from '../../flows/disqualify-entry.ts';
import { integrityDesk } from '../../views/competitions/integrity.ts';
import { member, os } from '../base.ts';

export const createBallotVoiding = os.competitions.createBallotVoiding.handler(
  async ({ input, context: { context, caller } }) => {
    await voidBallots(context, member(caller), input);
    return integrityDesk(context, caller.account, input.slug);
  },
);
