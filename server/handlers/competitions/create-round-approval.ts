import { ruleOnRound } from '../../flows/approve-round.ts';
import { asId, type RoundId } from '../../ids.ts';
import { roundFile } from '../../views/competitions/round-desk.ts';
import { member, os } from '../base.ts';

export const createRoundApproval = os.competitions.createRoundApproval.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<RoundId>(input.id);
    await ruleOnRound(context, member(caller), { ...input, id });
    return roundFile(context, member(caller), id);
  },
);
