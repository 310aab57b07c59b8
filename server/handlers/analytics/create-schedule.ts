import { setSchedule } from '../../flows/schedule-exports.ts';
import { member, os } from '../base.ts';

export const createSchedule = os.analytics.createSchedule.handler(({ input, context: { context, caller } }) =>
  setSchedule(context, member(caller), input),
);
