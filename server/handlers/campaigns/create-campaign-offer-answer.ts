import { answerCampaignOffer } from '../../flows/answer-campaign-offer.ts';
import { asId } from '../../ids.ts';
import { campaignOffers } from '../../views/campaign-offers.ts';
import { member, os } from '../base.ts';

export const createCampaignOfferAnswer = os.campaigns.createCampaignOfferAnswer.handler(
  async ({ input, context: { context, caller } }) => {
    await answerCampaignOffer(context, member(caller), { ...input, id: asId(input.id) });
    return campaignOffers(context, member(caller));
  },
);
