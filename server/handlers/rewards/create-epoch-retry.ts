import { retryEpoch } from '../../flows/void-epoch.ts';
import { asId, type EpochId } from '../../ids.ts';
import { shownEpoch } from '../../views/rewards/desk.ts';
import { member, os } from '../base.ts';

export const createEpochRetry = os.rewards.createEpochRetry.handler(
  async ({ input: { version, ...input }, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<EpochId>(input.id);
    await retryEpoch(context, me, { id, version });
    return shownEpoch(context, me, id);
  },
);
