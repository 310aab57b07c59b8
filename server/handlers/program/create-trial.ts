import { tryApplication } from '../../flows/try-application.ts';
import { asId, type ApplicationId } from '../../ids.ts';
import { presentTrial } from '../../views/applications.ts';
import { member, os } from '../base.ts';

export const createTrial = os.program.createTrial.handler(
  async ({ input: { id, ...wanted }, context: { context, caller } }) =>
    presentTrial(context, await tryApplication(context, member(caller), asId<ApplicationId>(id), wanted)),
);
