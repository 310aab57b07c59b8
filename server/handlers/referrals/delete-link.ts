import { endLink } from '../../flows/make-link.ts';
import { linkFor } from '../../views/links.ts';
import { member, os } from '../base.ts';

export const deleteLink = os.referrals.deleteLink.handler(
  async ({ input: { code }, context: { context, caller } }) => {
    const me = member(caller);
    await endLink(context, me, code);
    return linkFor(context, me, code);
  },
);
