import { decideApplication } from '../../flows/decide-application.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { member, os } from '../base.ts';
import { deskViewer } from './desk.ts';

export const createDecision = os.program.createDecision.handler(
  async ({ input, context: { context, caller } }) => {
    const application_id = asId<ApplicationId>(input.id);
    const chair_id = member(caller);
    await decideApplication(context, {
      chair_id,
      application_id,
      version: input.version,
      decision: input.decision,
      propose: input.propose,
    });
    return deskFile(context, deskViewer(caller), application_id);
  },
);
