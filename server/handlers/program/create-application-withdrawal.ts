import { withdrawApplication } from '../../flows/withdraw-application.ts';
import { asId, type ApplicationId } from '../../ids.ts';
import { ownApplication, presentApplication } from '../../views/applications.ts';
import { member, os } from '../base.ts';

export const createApplicationWithdrawal = os.program.createApplicationWithdrawal.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<ApplicationId>(input.id);
    await withdrawApplication(context, me, id, input.version);
    return presentApplication(context, await ownApplication(context, me, id), []);
  },
);
