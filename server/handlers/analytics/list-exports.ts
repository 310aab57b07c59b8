import { exportList } from '../../views/exports.ts';
import { member, os } from '../base.ts';

export const listExports = os.analytics.listExports.handler(async ({ context: { context, caller } }) => ({
  items: await exportList(context, member(caller)),
}));
