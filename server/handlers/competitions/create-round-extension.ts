import { extendRound } from '../../flows/hold-round.ts';
import { asId, type RoundId } from '../../ids.ts';
import { roundFile } from '../../views/competitions/round-desk.ts';
import { member, os } from '../base.ts';

export const createRoundExtension = os.competitions.createRoundExtension.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<RoundId>(input.id);
    await extendRound(context, member(caller), { ...input, id });
    return roundFile(context, member(caller), id);
  },
);
