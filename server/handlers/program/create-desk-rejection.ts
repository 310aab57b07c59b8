import { deskReject } from '../../flows/screen-application.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { os } from '../base.ts';
import { atTheDesk, deskViewer } from './desk.ts';

export const createDeskRejection = os.program.createDeskRejection.handler(
  async ({ input, context: { context, caller } }) => {
    const { id, ...rest } = input;
    const application_id = asId<ApplicationId>(id);
    const by = atTheDesk(caller);
    await deskReject(context, { by, application_id, ...rest });
    return deskFile(context, deskViewer(caller), application_id);
  },
);
