import { declareConflictWith } from '../../flows/review.ts';
import { declaredList } from '../../views/review.ts';
import { member, os } from '../base.ts';

export const createDeclaredConflict = os.program.createDeclaredConflict.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    await declareConflictWith(context, { person_id: me, ...input });
    return declaredList(context, me);
  },
);
