import { collaborationList } from '../../views/collaborations.ts';
import { member, os } from '../base.ts';

export const listCollaborations = os.collaborations.listCollaborations.handler(
  ({ context: { context, caller } }) => collaborationList(context, member(caller)),
);
