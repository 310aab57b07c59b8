import { followLink } from '../../flows/follow-link.ts';
import { os } from '../base.ts';
import { whenceOf } from '../whence.ts';

export const createTouch = os.referrals.createTouch.handler(async ({ input: { code }, context: asked }) => {
  const { context, caller, request } = asked;
  const member = caller.account?.id ?? null;
  // the cookie is set only where it counts
  const whence = request.opens_page ? () => whenceOf(asked) : null;
  return followLink(context, { code, member, whence });
});
