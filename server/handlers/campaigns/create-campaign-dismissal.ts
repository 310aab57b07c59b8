import { noteBanner } from '../../flows/show-campaign.ts';
import { member, os } from '../base.ts';

export const createCampaignDismissal = os.campaigns.createCampaignDismissal.handler(
  async ({ input: { slug }, context: { context, caller } }) => {
    await noteBanner(context, member(caller), { slug, what: 'dismissed' });
    return {};
  },
);
