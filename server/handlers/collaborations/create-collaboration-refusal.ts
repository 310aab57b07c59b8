import { endCollaboration } from '../../flows/propose-collaboration.ts';
import { asId, type CollaborationId } from '../../ids.ts';
import { collaborationPage } from '../../views/collaborations.ts';
import { member, os } from '../base.ts';

export const createCollaborationRefusal = os.collaborations.createCollaborationRefusal.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<CollaborationId>(input.id);
    await endCollaboration(context, me, id, 'decline');
    return collaborationPage(context, me, id);
  },
);
