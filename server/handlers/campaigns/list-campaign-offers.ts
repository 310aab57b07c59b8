import { campaignOffers } from '../../views/campaign-offers.ts';
import { member, os } from '../base.ts';

export const listCampaignOffers = os.campaigns.listCampaignOffers.handler(
  ({ context: { context, caller } }) => campaignOffers(context, member(caller)),
);
