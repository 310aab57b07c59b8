import { revealRanking } from '../../flows/rank-finalists.ts';
import { asId, type JudgeId } from '../../ids.ts';
import { ownPanelPage } from '../../views/competitions/panels.ts';
import { member, os } from '../base.ts';

export const createRankingReveal = os.competitions.createRankingReveal.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<JudgeId>(input.id);
    await revealRanking(context, member(caller), { ...input, id });
    return ownPanelPage(context, member(caller), id);
  },
);
