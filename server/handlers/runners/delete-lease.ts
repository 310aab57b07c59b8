import { releaseLease } from '../../flows/worker-reports.ts';
import { os, workerOf } from '../base.ts';

export const deleteLease = os.runners.deleteLease.handler(
  async ({ input: { lease_id, fence }, context: { context, caller } }) => {
    await releaseLease(context, { worker_id: workerOf(caller), lease_id, fence });
    return { released: true };
  },
);
