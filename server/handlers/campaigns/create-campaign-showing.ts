import { noteBanner } from '../../flows/show-campaign.ts';
import { member, os } from '../base.ts';

export const createCampaignShowing = os.campaigns.createCampaignShowing.handler(
  async ({ input: { slug }, context: { context, caller } }) => {
    await noteBanner(context, member(caller), { slug, what: 'seen' });
    return {};
  },
);
