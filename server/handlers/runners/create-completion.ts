import { completeJob } from '../../flows/worker-reports.ts';
import { os, workerOf } from '../base.ts';

export const createCompletion = os.runners.createCompletion.handler(
  async ({ input: { lease_id, fence, ...said }, context: { context, caller } }) => {
    await completeJob(context, { worker_id: workerOf(caller), lease_id, fence }, said);
    return { delivered: true };
  },
);
