import { voidJudge } from '../../flows/answer-judge.ts';
import { asId, type JudgeId } from '../../ids.ts';
import { judgeShown } from '../../views/competitions/panels.ts';
import { member, os } from '../base.ts';

export const createJudgeVoiding = os.competitions.createJudgeVoiding.handler(
  async ({ input: { id, reason }, context: { context, caller } }) => {
    const judge = await voidJudge(context, member(caller), { id: asId<JudgeId>(id), reason });
    return judgeShown(context, judge.id);
  },
);
