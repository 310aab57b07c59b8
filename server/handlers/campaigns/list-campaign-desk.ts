import { campaignDesk } from '../../views/campaign-desk.ts';
import { member, os } from '../base.ts';

export const listCampaignDesk = os.campaigns.listCampaignDesk.handler(
  ({ input, context: { context, caller } }) => campaignDesk(context, member(caller), input),
);
