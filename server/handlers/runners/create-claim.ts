import { claimJobs, WORKER_LEASE_MS } from '../../flows/claim-jobs.ts';
import { presentLease } from '../../views/workers.ts';
import { os, workerOf } from '../base.ts';

export const createClaim = os.runners.createClaim.handler(
  async ({ input, context: { context, caller, watching } }) => {
    const claimed = await claimJobs(context, workerOf(caller), input, watching);
    const jobs = claimed.map((one) => ('job' in one ? one.job : { ...one.canary, attempts: 1 }));
    return { leases: await Promise.all(jobs.map((job) => presentLease(context, job, WORKER_LEASE_MS))) };
  },
);
