import { takeSplitBack } from '../../flows/propose-split.ts';
import { asId, type SplitProposalId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteSplitProposal = os.program.deleteSplitProposal.handler(
  async ({ input, context: { context, caller } }) => {
    await takeSplitBack(context, member(caller), asId<SplitProposalId>(input.id));
    return {};
  },
);
