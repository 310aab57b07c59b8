import { proposeRound } from '../../flows/approve-round.ts';
import { asId, type RoundId } from '../../ids.ts';
import { roundFile } from '../../views/competitions/round-desk.ts';
import { member, os } from '../base.ts';

export const createRoundProposal = os.competitions.createRoundProposal.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<RoundId>(input.id);
    await proposeRound(context, member(caller), { ...input, id });
    return roundFile(context, member(caller), id);
  },
);
