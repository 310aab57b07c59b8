import { creatorHome } from '../../views/analytics/home.ts';
import { member, os } from '../base.ts';

export const getCreatorHome = os.analytics.getCreatorHome.handler(({ input, context: { context, caller } }) =>
  creatorHome(context, member(caller), input.zone),
);
