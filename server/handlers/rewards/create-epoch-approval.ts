import { approveEpoch } from '../../flows/approve-epoch.ts';
import { asId, type EpochId } from '../../ids.ts';
import { shownEpoch } from '../../views/rewards/desk.ts';
import { member, os } from '../base.ts';

export const createEpochApproval = os.rewards.createEpochApproval.handler(
  async ({ input: { version, digest, ...input }, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<EpochId>(input.id);
    await approveEpoch(context, me, { id, version, digest });
    return shownEpoch(context, me, id);
  },
);
