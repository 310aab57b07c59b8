import { changeLink } from '../../flows/make-link.ts';
import { linkFor } from '../../views/links.ts';
import { member, os } from '../base.ts';

export const updateLink = os.referrals.updateLink.handler(
  async ({ input: { code, ...wish }, context: { context, caller } }) => {
    const me = member(caller);
    await changeLink(context, me, code, wish);
    return linkFor(context, me, code);
  },
);
