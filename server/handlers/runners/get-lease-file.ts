import { openAsBlob } from 'node:fs';
import { inHand } from '../../flows/worker-reports.ts';
import { refuse } from '../../refuse.ts';
import { engineOrderOf } from '../../views/engine-order.ts';
import { os, workerOf } from '../base.ts';

export const getLeaseFile = os.runners.getLeaseFile.handler(
  async ({ input: { lease_id, fence, sha256 }, context: { context, caller } }) => {
    const found = await inHand(context, { worker_id: workerOf(caller), lease_id, fence });
    const { release } = await engineOrderOf(context, 'job' in found ? found.job : found.canary);
    const file = release.files.find((one) => one.sha256 === sha256) ?? refuse('NOT_FOUND');
    return new File([await openAsBlob(context.model_files.pathOf(file.sha256))], file.sha256);
  },
);
