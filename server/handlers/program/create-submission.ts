import { submitApplication } from '../../flows/submit-application.ts';
import { asId, type ApplicationId } from '../../ids.ts';
import { ownApplication, presentApplication } from '../../views/applications.ts';
import { member, os } from '../base.ts';

export const createSubmission = os.program.createSubmission.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<ApplicationId>(input.id);
    await submitApplication(context, me, id, input);
    return presentApplication(context, await ownApplication(context, me, id), []);
  },
);
