import { submitCampaign } from '../../flows/submit-campaign.ts';
import { asId, type CampaignId } from '../../ids.ts';
import { campaignFile } from '../../views/campaign-desk.ts';
import { member, os } from '../base.ts';

export const createCampaignSubmission = os.campaigns.createCampaignSubmission.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<CampaignId>(input.id);
    await submitCampaign(context, member(caller), { ...input, id });
    return campaignFile(context, member(caller), id);
  },
);
