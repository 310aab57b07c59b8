import { funnelFor } from '../../views/analytics/funnel.ts';
import { member, os } from '../base.ts';

export const getFunnel = os.analytics.getFunnel.handler(({ input, context: { context, caller } }) =>
  funnelFor(context, member(caller), input),
);
