import { ruleOnCampaign } from '../../flows/rule-on-campaign.ts';
import { asId, type CampaignId } from '../../ids.ts';
import { campaignFile } from '../../views/campaign-desk.ts';
import { member, os } from '../base.ts';

export const createCampaignRuling = os.campaigns.createCampaignRuling.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<CampaignId>(input.id);
    await ruleOnCampaign(context, member(caller), { ...input, id });
    return campaignFile(context, member(caller), id);
  },
);
