import { dropTrial } from '../../flows/try-application.ts';
import { asId, type ApplicationId, type TrialId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteTrial = os.program.deleteTrial.handler(
  async ({ input: { id, trial_id }, context: { context, caller } }) => {
    await dropTrial(context, member(caller), asId<ApplicationId>(id), asId<TrialId>(trial_id));
    return {};
  },
);
