import { leavingPage } from '../../views/leaving.ts';
import { member, os } from '../base.ts';

export const getLeaving = os.identity.getLeaving.handler(({ context: { context, caller } }) =>
  leavingPage(context, member(caller)),
);
