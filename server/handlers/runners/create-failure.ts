import { reportFailure } from '../../flows/worker-reports.ts';
import { os, workerOf } from '../base.ts';

export const createFailure = os.runners.createFailure.handler(
  async ({ input: { lease_id, fence, ...said }, context: { context, caller } }) => {
    await reportFailure(context, { worker_id: workerOf(caller), lease_id, fence }, said);
    return { noted: true };
  },
);
