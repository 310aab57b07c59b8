import { retentionFor } from '../../views/analytics/retention.ts';
import { member, os } from '../base.ts';

export const getRetention = os.analytics.getRetention.handler(({ input, context: { context, caller } }) =>
  retentionFor(context, member(caller), input.model),
);
