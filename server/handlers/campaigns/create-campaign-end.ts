import { endEarly } from '../../flows/run-campaign.ts';
import { asId, type CampaignId } from '../../ids.ts';
import { campaignFile } from '../../views/campaign-desk.ts';
import { member, os } from '../base.ts';

export const createCampaignEnd = os.campaigns.createCampaignEnd.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<CampaignId>(input.id);
    await endEarly(context, member(caller), { ...input, id });
    return campaignFile(context, member(caller), id);
  },
);
