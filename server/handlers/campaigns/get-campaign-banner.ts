import { campaignBanner } from '../../views/campaigns.ts';
import { member, os } from '../base.ts';

export const getCampaignBanner = os.campaigns.getCampaignBanner.handler(({ context: { context, caller } }) =>
  campaignBanner(context, member(caller)),
);
