import { poolsForAdmin } from '../../views/workers.ts';
import { os } from '../base.ts';

export const listPools = os.runners.listPools.handler(async ({ context: { context } }) => ({
  items: await poolsForAdmin(context),
}));
