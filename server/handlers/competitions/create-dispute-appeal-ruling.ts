import { ruleOnDisputeAppeal } from '../../flows/dispute-results.ts';
import { asId, type ResultDisputeId } from '../../ids.ts';
import { ownDispute } from '../../views/competitions/results.ts';
import { member, os } from '../base.ts';

export const createDisputeAppealRuling = os.competitions.createDisputeAppealRuling.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ResultDisputeId>(input.id);
    await ruleOnDisputeAppeal(context, member(caller), { ...input, id });
    return ownDispute(context, caller.account, id);
  },
);
