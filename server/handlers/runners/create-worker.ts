import { makeWorker } from '../../flows/change-worker.ts';
import { workerForAdmin } from '../../views/workers.ts';
import { member, os } from '../base.ts';

export const createWorker = os.runners.createWorker.handler(
  async ({ input, context: { context, caller } }) => {
    const { id, token } = await makeWorker(context, member(caller), input);
    return { worker: await workerForAdmin(context, id), token };
  },
);
