import { askAnother } from '../../flows/screen-application.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { os } from '../base.ts';
import { atTheDesk, deskViewer, reviewersByHandle } from './desk.ts';

export const createAssignment = os.program.createAssignment.handler(
  async ({ input, context: { context, caller } }) => {
    const application_id = asId<ApplicationId>(input.id);
    const by = atTheDesk(caller);
    await askAnother(context, {
      by,
      application_id,
      version: input.version,
      reviewer_id: (await reviewersByHandle(context, input.reviewer ? [input.reviewer] : []))[0] ?? null,
    });
    return deskFile(context, deskViewer(caller), application_id);
  },
);
