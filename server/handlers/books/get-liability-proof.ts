import { liabilityProofsOf } from '../../views/liabilities.ts';
import { member, os } from '../base.ts';

export const getLiabilityProof = os.books.getLiabilityProof.handler(
  async ({ input, context: { context, caller } }) => ({
    items: await liabilityProofsOf(context, member(caller), input.day),
  }),
);
