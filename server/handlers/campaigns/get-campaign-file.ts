import { asId } from '../../ids.ts';
import { campaignFile } from '../../views/campaign-desk.ts';
import { member, os } from '../base.ts';

export const getCampaignFile = os.campaigns.getCampaignFile.handler(
  ({ input, context: { context, caller } }) => campaignFile(context, member(caller), asId(input.id)),
);
