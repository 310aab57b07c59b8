import { report } from '../../flows/report.ts';
import { member, os } from '../base.ts';

export const createReport = os.moderation.createReport.handler(
  async ({ input, context: { context, caller } }) => {
    await report(context, member(caller), input);
    return { reported: true as const };
  },
);
