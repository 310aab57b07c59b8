import { screenApplication } from '../../flows/screen-application.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { os } from '../base.ts';
import { atTheDesk, deskViewer } from './desk.ts';

export const createScreening = os.program.createScreening.handler(
  async ({ input, context: { context, caller } }) => {
    const application_id = asId<ApplicationId>(input.id);
    const by = atTheDesk(caller);
    await screenApplication(context, { by, application_id, version: input.version });
    return deskFile(context, deskViewer(caller), application_id);
  },
);
