import { askToVoid } from '../../flows/void-epoch.ts';
import { asId, type EpochId } from '../../ids.ts';
import { shownEpoch } from '../../views/rewards/desk.ts';
import { member, os } from '../base.ts';

export const createEpochVoiding = os.rewards.createEpochVoiding.handler(
  async ({ input: { version, reason, ...input }, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<EpochId>(input.id);
    await askToVoid(context, me, { id, version, reason });
    return shownEpoch(context, me, id);
  },
);
