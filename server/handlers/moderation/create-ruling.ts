import { rule } from '../../flows/report.ts';
import { matterFor } from '../../views/matters.ts';
import { member, os } from '../base.ts';

export const createRuling = os.moderation.createRuling.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    return matterFor(context, me, await rule(context, me, input));
  },
);
