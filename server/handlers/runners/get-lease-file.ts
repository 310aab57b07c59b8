import { openAsBlob } from 'node:fs';
import { inHand } from '../../flows/worker-reports.ts';
import { refuse } from '../../refuse.ts';
import { placeOfFile } from '../../views/engine-order.ts';
import { os, workerOf } from '../base.ts';

export const getLeaseFile = os.runners.getLeaseFile.handler(
  async ({ input: { lease_id, fence, sha256 }, context: { context, caller } }) => {
    const found = await inHand(context, { worker_id: workerOf(caller), lease_id, fence });
    const place = await placeOfFile(context, 'job' in found ? found.job : found.canary, sha256);
    const file = place && (await openAsBlob(place).catch(() => null));
    return file ? new File([file], sha256) : refuse('NOT_FOUND');
  },
);
