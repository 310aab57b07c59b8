import { findingsOf } from '../../flows/application-checks.ts';
import { beginApplication } from '../../flows/begin-application.ts';
import { asId, type ApplicationId } from '../../ids.ts';
import { ownApplication, presentApplication } from '../../views/applications.ts';
import { member, os } from '../base.ts';

export const createApplication = os.program.createApplication.handler(
  async ({ input: { follows_id }, context: { context, caller } }) => {
    const me = member(caller);
    const id = await beginApplication(context, me, follows_id ? asId<ApplicationId>(follows_id) : null);
    const application = await ownApplication(context, me, id);
    return presentApplication(context, application, await findingsOf(context, application));
  },
);
