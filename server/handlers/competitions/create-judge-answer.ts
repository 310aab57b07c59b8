import { answerJudge } from '../../flows/answer-judge.ts';
import { asId, type JudgeId } from '../../ids.ts';
import { ownPanelPage } from '../../views/competitions/panels.ts';
import { member, os } from '../base.ts';

export const createJudgeAnswer = os.competitions.createJudgeAnswer.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<JudgeId>(input.id);
    await answerJudge(context, member(caller), { ...input, id });
    return ownPanelPage(context, member(caller), id);
  },
);
