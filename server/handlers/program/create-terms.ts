import { announceTerms } from '../../flows/change-terms.ts';
import { termsPage } from '../../views/terms.ts';
import { member, os } from '../base.ts';

export const createTerms = os.program.createTerms.handler(
  async ({ input: { effective_from, sunset_at, ...input }, context: { context, caller } }) => {
    await announceTerms(context, member(caller), {
      ...input,
      effective_from: new Date(effective_from),
      sunset_at: sunset_at === undefined ? undefined : new Date(sunset_at),
    });
    return termsPage(context, input.version);
  },
);
