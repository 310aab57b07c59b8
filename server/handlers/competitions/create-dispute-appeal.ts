import { appealDispute } from '../../flows/dispute-results.ts';
import { asId, type ResultDisputeId } from '../../ids.ts';
import { ownDispute } from '../../views/competitions/results.ts';
import { member, os } from '../base.ts';

export const createDisputeAppeal = os.competitions.createDisputeAppeal.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ResultDisputeId>(input.id);
    await appealDispute(context, member(caller), { ...input, id });
    return ownDispute(context, caller.account, id);
  },
);
