import { WORKER_LEASE_MS } from '../../flows/claim-jobs.ts';
import { keepLease } from '../../flows/worker-reports.ts';
import { os, workerOf } from '../base.ts';

export const updateLease = os.runners.updateLease.handler(
  async ({ input: { lease_id, fence, ...said }, context: { context, caller } }) => {
    const action = await keepLease(context, { worker_id: workerOf(caller), lease_id, fence }, said);
    return { action, ttl_ms: WORKER_LEASE_MS };
  },
);
