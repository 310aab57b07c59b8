import { askForChanges } from '../../flows/screen-application.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { os } from '../base.ts';
import { atTheDesk, deskViewer } from './desk.ts';

export const createChangeRequest = os.program.createChangeRequest.handler(
  async ({ input, context: { context, caller } }) => {
    const application_id = asId<ApplicationId>(input.id);
    const by = atTheDesk(caller);
    await askForChanges(context, { by, application_id, version: input.version, asked: input.asked });
    return deskFile(context, deskViewer(caller), application_id);
  },
);
