import { revokeWorker } from '../../flows/change-worker.ts';
import { asId, type WorkerId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteWorker = os.runners.deleteWorker.handler(
  async ({ input, context: { context, caller } }) => {
    await revokeWorker(context, member(caller), asId<WorkerId>(input.id));
    return { revoked: true };
  },
);
