import { withdrawRelease } from '../../flows/withdraw-release.ts';
import { asId, type ReleaseId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import * as registry from '../../modules/registry/index.ts';
import { presentRelease } from '../../views/models.ts';
import { os } from '../base.ts';

export const createWithdrawal = os.registry.createWithdrawal.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ReleaseId>(input.id);
    await withdrawRelease(context, caller, id, input.reason);
    return presentRelease(
      context,
      present(await registry.releaseById(context.db, id), 'a release just withdrawn'),
    );
  },
);
