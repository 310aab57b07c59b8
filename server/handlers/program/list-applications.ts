import { applicationList } from '../../views/applications.ts';
import { member, os } from '../base.ts';

export const listApplications = os.program.listApplications.handler(
  ({ input, context: { context, caller } }) => applicationList(context, member(caller), input),
);
