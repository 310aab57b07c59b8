import { asId, type CollaborationId } from '../../ids.ts';
import { collaborationPage } from '../../views/collaborations.ts';
import { member, os } from '../base.ts';

export const getCollaboration = os.collaborations.getCollaboration.handler(
  ({ input, context: { context, caller } }) =>
    collaborationPage(context, member(caller), asId<CollaborationId>(input.id)),
);
