import { sayToPanel } from '../../flows/review.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { member, os } from '../base.ts';
import { deskViewer } from './desk.ts';

export const createRemark = os.program.createRemark.handler(
  async ({ input, context: { context, caller } }) => {
    const application_id = asId<ApplicationId>(input.id);
    await sayToPanel(context, {
      author_id: member(caller),
      is_chair: true,
      application_id,
      text: input.text,
    });
    return deskFile(context, deskViewer(caller), application_id);
  },
);
