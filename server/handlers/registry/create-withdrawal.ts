import { withdrawRelease } from '../../flows/withdraw-release.ts';
import { asId, type ReleaseId } from '../../ids.ts';
import { releaseOf } from '../../views/models.ts';
import { os } from '../base.ts';

export const createWithdrawal = os.registry.createWithdrawal.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ReleaseId>(input.id);
    await withdrawRelease(context, caller, id, input.reason);
    return releaseOf(context, id);
  },
);
