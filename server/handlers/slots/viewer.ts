import type { Viewer } from '../../flows/count-sights.ts';
import type { RequestContext } from '../base.ts';

/** Who looks, as far as it is used to count nobody twice. */
export const viewerOf = ({ caller, request }: RequestContext): Viewer => ({
  account_id: caller.account?.id ?? null,
  ip: request.ip,
  user_agent: request.user_agent,
});
