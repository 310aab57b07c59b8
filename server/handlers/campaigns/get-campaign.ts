import { campaignPage } from '../../views/campaigns.ts';
import { os } from '../base.ts';

export const getCampaign = os.campaigns.getCampaign.handler(({ input, context: { context, caller } }) =>
  campaignPage(context, caller, input.slug),
);
