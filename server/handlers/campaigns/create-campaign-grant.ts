import { giveCampaignCredits } from '../../flows/give-campaign-credits.ts';
import { campaignPage } from '../../views/campaigns.ts';
import { member, os } from '../base.ts';

export const createCampaignGrant = os.campaigns.createCampaignGrant.handler(
  async ({ input: { slug }, context: { context, caller } }) => {
    await giveCampaignCredits(context, member(caller), slug);
    return campaignPage(context, caller, slug);
  },
);
