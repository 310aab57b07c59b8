import { beginReview } from '../../flows/screen-application.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { os } from '../base.ts';
import { atTheDesk, deskViewer, reviewersByHandle } from './desk.ts';

export const createPanel = os.program.createPanel.handler(async ({ input, context: { context, caller } }) => {
  const application_id = asId<ApplicationId>(input.id);
  const by = atTheDesk(caller);
  await beginReview(context, {
    by,
    application_id,
    version: input.version,
    reviewers: await reviewersByHandle(context, input.reviewers),
  });
  return deskFile(context, deskViewer(caller), application_id);
});
