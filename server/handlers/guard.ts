import { mapEventIterator } from '@orpc/client';
import { os as plain } from '@orpc/server';
import type { Caller } from '../modules/identity/index.ts';
import { type Policy, policyOf } from '../policy.ts';
import { refuse } from '../refuse.ts';
import { asContractError } from './errors.ts';
import { refuseOddInput } from './odd-input.ts';
import type { RequestContext } from './request.ts';
import { type Room, SPENT, takeRoom, takeStream } from './room.ts';
import { isStream, whileHolds } from './streams.ts';

/**
 * Stands before every handler, whether the call came over HTTP or from a page in this process:
 * may this caller do this, is there room for it, and is the input such that anything could be made of it?
 * What goes wrong leaves as an error of the contract. A stream gets a signal that also ends when its
 * caller may no longer watch.
 */
export const guard = plain
  .$context<RequestContext>()
  .middleware(async ({ context, path, procedure, next, signal }, input) => {
    const endpoint = path.join('.');
    const { route } = procedure['~orpc'];
    const asError = (trouble: unknown) => asContractError(trouble, { ...context, endpoint, route });
    try {
      const policy = policyOf(endpoint) ?? refuse('UNKNOWN_ROUTE');
      const here = hereOf(context);
      const room = context.let_in === endpoint ? SPENT : await enter(policy, context, input);
      refuseOddInput(input, route.inputStructure === 'detailed');
      const over = new AbortController();
      const watching = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
      const result = await room.spentBy(async () => next({ context: { watching } }));
      if (!isStream(result.output)) return result;
      const events = await whileHolds(result.output, {
        over,
        ended: takeStream(context),
        stillHolds: async () => admit(policy, await context.askAgain(), here),
      });
      return {
        ...result,
        output: mapEventIterator(events, {
          value: async (event) => event,
          error: async (trouble) => asError(trouble),
        }),
      };
    } catch (trouble) {
      throw asError(trouble);
    }
  });

/** The same for an upload, before its body is read. */
export async function letIn(endpoint: string, context: RequestContext): Promise<void> {
  await enter(policyOf(endpoint) ?? refuse('UNKNOWN_ROUTE'), context, undefined);
}

async function enter(policy: Policy, context: RequestContext, input: unknown): Promise<Room> {
  admit(policy, context.caller, hereOf(context));
  return takeRoom(policy, context, input);
}

const hereOf = ({ context, request }: RequestContext): Here => ({
  mode: context.config.mode,
  is_local: request.is_local,
});

type Here = { mode: 'development' | 'production'; is_local: boolean };

export function admit(policy: Policy, caller: Caller, here: Here): void {
  if (policy.development_only && !(here.mode === 'development' && here.is_local)) refuse('UNKNOWN_ROUTE');
  if (policy.who === 'worker') return admitWorker(caller);
  if (caller.via === 'worker') refuse('NOT_ALLOWED', { why: 'A worker fetches jobs and does nothing else.' });
  if (caller.via === 'api_key') {
    if (policy.key === 'session only') refuse('NOT_ALLOWED', { why: 'An API key cannot do this. Sign in.' });
    if (!caller.scopes.includes(policy.key)) refuse('SCOPE_MISSING', { scope: policy.key });
  }
  if (policy.who === 'anyone') return;
  const account = caller.account ?? refuse('NOT_SIGNED_IN');
  if (policy.who === 'signed in') return;
  const roles = policy.who.split(' or ');
  if (!account.roles.some((role) => roles.includes(role)))
    refuse('NOT_ALLOWED', { why: `This needs the role ${policy.who}.` });
}

function admitWorker(caller: Caller): void {
  if (caller.via === 'none') refuse('NOT_SIGNED_IN');
  if (caller.via !== 'worker') refuse('NOT_ALLOWED', { why: 'This needs the token of a worker.' });
}
