import { scheduleList } from '../../views/exports.ts';
import { member, os } from '../base.ts';

export const listSchedules = os.analytics.listSchedules.handler(async ({ context: { context, caller } }) => ({
  items: await scheduleList(context, member(caller)),
}));
