import { makeLink } from '../../flows/make-link.ts';
import { linkFor } from '../../views/links.ts';
import { member, os } from '../base.ts';
import { whenceOf } from '../whence.ts';

export const createLink = os.referrals.createLink.handler(async ({ input, context: asked }) => {
  const { context, caller } = asked;
  const me = member(caller);
  return linkFor(context, me, await makeLink(context, me, input, whenceOf(asked)));
});
