import { markGold } from '../../flows/review.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { member, os } from '../base.ts';
import { deskViewer } from './desk.ts';

export const createGold = os.program.createGold.handler(async ({ input, context: { context, caller } }) => {
  const application_id = asId<ApplicationId>(input.id);
  await markGold(context, { by: member(caller), application_id, scores: input.scores, note: input.note });
  return deskFile(context, deskViewer(caller), application_id);
});
