import { recuseJudge } from '../../flows/answer-judge.ts';
import { asId, type JudgeId } from '../../ids.ts';
import { ownPanelPage } from '../../views/competitions/panels.ts';
import { member, os } from '../base.ts';

export const createRecusal = os.competitions.createRecusal.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<JudgeId>(input.id);
    await recuseJudge(context, member(caller), { ...input, id });
    return ownPanelPage(context, member(caller), id);
  },
);
