import { inviteJudge } from '../../flows/invite-judge.ts';
import { judgeShown } from '../../views/competitions/panels.ts';
import { member, os } from '../base.ts';

export const createJudge = os.competitions.createJudge.handler(
  async ({ input, context: { context, caller } }) =>
    judgeShown(context, await inviteJudge(context, member(caller), input)),
);
