import { signOffer } from '../../flows/sign-offer.ts';
import { asId, type OfferId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const createAgreement = os.program.createAgreement.handler(
  ({ input: { id, terms_digest }, context: { context, caller } }) =>
    signOffer(context, member(caller), { offer_id: asId<OfferId>(id), terms_digest }),
);
