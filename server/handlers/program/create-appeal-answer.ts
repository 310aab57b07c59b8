import { answerAppeal } from '../../flows/answer-appeal.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { member, os } from '../base.ts';
import { deskViewer } from './desk.ts';

export const createAppealAnswer = os.program.createAppealAnswer.handler(
  async ({ input, context: { context, caller } }) => {
    const application_id = asId<ApplicationId>(input.id);
    const chair_id = member(caller);
    await answerAppeal(context, {
      chair_id,
      application_id,
      version: input.version,
      outcome: input.outcome,
      reasons: input.reasons,
    });
    return deskFile(context, deskViewer(caller), application_id);
  },
);
