import { implement } from '@orpc/server';
import { contract } from '#api/index.ts';
import type { AccountId, WorkerId } from '../ids.ts';
import type { Caller } from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';
import { guard } from './guard.ts';
import type { RequestContext } from './request.ts';

export type { RequestContext } from './request.ts';

/** Where handlers begin: every call has passed its policy and its limit before the handler sees it. */
export const os = implement(contract).$context<RequestContext>().use(guard);

/** The account that calls; the policy has made sure that there is one. */
export function member(caller: Caller): AccountId {
  return caller.account?.id ?? refuse('NOT_SIGNED_IN');
}

/** The worker that calls; the policy has made sure that it is one. */
export function workerOf(caller: Caller): WorkerId {
  return caller.worker_id ?? refuse('NOT_SIGNED_IN');
}
