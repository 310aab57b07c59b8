import { proposeSplit } from '../../flows/propose-split.ts';
import { splitFor } from '../../views/splits.ts';
import { member, os } from '../base.ts';

export const createSplitProposal = os.program.createSplitProposal.handler(
  async ({ input: { effective_from, ...input }, context: { context, caller } }) => {
    const me = member(caller);
    const proposed = { ...input, effective_from: new Date(effective_from) };
    return splitFor(context, me, await proposeSplit(context, me, proposed));
  },
);
