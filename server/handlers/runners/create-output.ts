import { receiveOutput } from '../../flows/worker-reports.ts';
import { os, workerOf } from '../base.ts';

export const createOutput = os.runners.createOutput.handler(
  async ({ input: { params, query, body }, context: { context, caller } }) => {
    const lease = { worker_id: workerOf(caller), lease_id: params.lease_id, fence: query.fence };
    return receiveOutput(context, lease, params.place, Buffer.from(await body.arrayBuffer()));
  },
);
