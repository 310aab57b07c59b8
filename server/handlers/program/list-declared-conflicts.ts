import { declaredList } from '../../views/review.ts';
import { member, os } from '../base.ts';

export const listDeclaredConflicts = os.program.listDeclaredConflicts.handler(
  ({ context: { context, caller } }) => declaredList(context, member(caller)),
);
