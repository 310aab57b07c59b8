import { findingsOf } from '../../flows/application-checks.ts';
import { asId, type ApplicationId } from '../../ids.ts';
import { ownApplication, presentApplication } from '../../views/applications.ts';
import { member, os } from '../base.ts';

export const getApplication = os.program.getApplication.handler(
  async ({ input, context: { context, caller } }) => {
    const application = await ownApplication(context, member(caller), asId<ApplicationId>(input.id));
    return presentApplication(context, application, await findingsOf(context, application));
  },
);
