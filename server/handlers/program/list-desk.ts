import { deskList } from '../../views/desk.ts';
import { member, os } from '../base.ts';

export const listDesk = os.program.listDesk.handler(({ input, context: { context, caller } }) =>
  deskList(context, member(caller), input),
);
