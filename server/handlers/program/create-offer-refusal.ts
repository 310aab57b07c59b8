import { declineOffer } from '../../flows/offer-agreement.ts';
import { asId, type OfferId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const createOfferRefusal = os.program.createOfferRefusal.handler(
  async ({ input, context: { context, caller } }) => {
    await declineOffer(context, member(caller), asId<OfferId>(input.id));
    return {};
  },
);
