import { writeToCollaborator } from '../../flows/propose-collaboration.ts';
import { asId, type CollaborationId } from '../../ids.ts';
import { collaborationPage } from '../../views/collaborations.ts';
import { member, os } from '../base.ts';

export const createCollaborationMessage = os.collaborations.createCollaborationMessage.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<CollaborationId>(input.id);
    await writeToCollaborator(context, me, id, input.text);
    return collaborationPage(context, me, id);
  },
);
