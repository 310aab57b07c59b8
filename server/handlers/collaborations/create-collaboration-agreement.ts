import { agreeToCollaborate } from '../../flows/propose-collaboration.ts';
import { asId, type CollaborationId } from '../../ids.ts';
import { collaborationPage } from '../../views/collaborations.ts';
import { member, os } from '../base.ts';

export const createCollaborationAgreement = os.collaborations.createCollaborationAgreement.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<CollaborationId>(input.id);
    await agreeToCollaborate(context, me, { ...input, id });
    return collaborationPage(context, me, id);
  },
);
