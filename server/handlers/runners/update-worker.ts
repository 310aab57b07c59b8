import { changeTrust } from '../../flows/change-worker.ts';
import { asId, type WorkerId } from '../../ids.ts';
import { workerForAdmin } from '../../views/workers.ts';
import { member, os } from '../base.ts';

export const updateWorker = os.runners.updateWorker.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<WorkerId>(input.id);
    await changeTrust(context, member(caller), { id, trust: input.trust });
    return workerForAdmin(context, id);
  },
);
