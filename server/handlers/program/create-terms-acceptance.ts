import { acceptTerms } from '../../flows/change-terms.ts';
import { agreementOfModel } from '../../views/agreements.ts';
import { member, os } from '../base.ts';

export const createTermsAcceptance = os.program.createTermsAcceptance.handler(
  async ({ input, context: { context, caller } }) => {
    await acceptTerms(context, member(caller), input);
    return agreementOfModel(context, input.slug);
  },
);
