import { beginCampaign } from '../../flows/write-campaign.ts';
import { campaignFile } from '../../views/campaign-desk.ts';
import { member, os } from '../base.ts';

export const createCampaign = os.campaigns.createCampaign.handler(
  async ({ input: { title }, context: { context, caller } }) => {
    const id = await beginCampaign(context, member(caller), title);
    return campaignFile(context, member(caller), id);
  },
);
