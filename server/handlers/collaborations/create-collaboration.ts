import { proposeCollaboration } from '../../flows/propose-collaboration.ts';
import { collaborationPage } from '../../views/collaborations.ts';
import { member, os } from '../base.ts';

export const createCollaboration = os.collaborations.createCollaboration.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    return collaborationPage(context, me, await proposeCollaboration(context, me, input));
  },
);
