import { workersForAdmin } from '../../views/workers.ts';
import { os } from '../base.ts';

export const listWorkers = os.runners.listWorkers.handler(async ({ context: { context } }) => ({
  items: await workersForAdmin(context),
}));
