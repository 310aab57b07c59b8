import { audienceSize } from '../../views/audience.ts';
import { os } from '../base.ts';

export const createAudienceCount = os.campaigns.createAudienceCount.handler(
  ({ input: { audience }, context: { context } }) => audienceSize(context.db, audience, context.clock.now()),
);
