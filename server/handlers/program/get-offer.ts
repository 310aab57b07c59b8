import { asId, type ApplicationId } from '../../ids.ts';
import { offerOf } from '../../views/offer.ts';
import { member, os } from '../base.ts';

export const getOffer = os.program.getOffer.handler(async ({ input, context: { context, caller } }) => ({
  offer: await offerOf(context, member(caller), asId<ApplicationId>(input.id)),
}));
