import { writeCampaign } from '../../flows/write-campaign.ts';
import { asId, type CampaignId } from '../../ids.ts';
import { campaignFile } from '../../views/campaign-desk.ts';
import { member, os } from '../base.ts';

export const updateCampaign = os.campaigns.updateCampaign.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<CampaignId>(input.id);
    await writeCampaign(context, member(caller), { ...input, id });
    return campaignFile(context, member(caller), id);
  },
);
