import { endCollaboration } from '../../flows/propose-collaboration.ts';
import { asId, type CollaborationId } from '../../ids.ts';
import { collaborationPage } from '../../views/collaborations.ts';
import { member, os } from '../base.ts';

export const deleteCollaboration = os.collaborations.deleteCollaboration.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<CollaborationId>(input.id);
    await endCollaboration(context, me, id, 'withdraw');
    return collaborationPage(context, me, id);
  },
);
