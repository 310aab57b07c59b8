import { campaignList } from '../../views/campaigns.ts';
import { os } from '../base.ts';

export const listCampaigns = os.campaigns.listCampaigns.handler(({ context: { context, caller } }) =>
  campaignList(context, caller),
);
