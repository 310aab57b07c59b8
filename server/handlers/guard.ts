import { mapEventIterator } from '@orpc/client';
import { os as plain } from '@orpc/server';
import type { Context } from '../context.ts';
import { networkOf, rateLimits, type RateLimits } from '../kit/rate-limits.ts';
import type { Caller } from '../modules/identity/index.ts';
import { limits, type Policy, policyOf } from '../policy.ts';
import { refuse } from '../refuse.ts';
import { asContractError } from './errors.ts';
import type { RequestContext } from './request.ts';

/**
 * Stands before every handler, whether the call came over HTTP or from a page in this process:
 * may this caller do this, and is there room for it? What goes wrong leaves as an error of the contract.
 */
export const guard = plain
  .$context<RequestContext>()
  .middleware(async ({ context, path, procedure, next }, input) => {
    const endpoint = path.join('.');
    const asError = (trouble: unknown) =>
      asContractError(trouble, { ...context, endpoint, route: procedure['~orpc'].route });
    try {
      const policy = policyOf(endpoint) ?? refuse('UNKNOWN_ROUTE');
      admit(policy, context.caller, context.context.config.mode);
      await takeRoom(policy, context, input);
      const result = await next();
      if (!isStream(result.output)) return result;
      const events = await begun(result.output, takeStream(context));
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

export function admit(policy: Policy, caller: Caller, mode: 'development' | 'production'): void {
  if (policy.development_only && mode !== 'development') refuse('UNKNOWN_ROUTE');
  if (caller.via === 'api_key') {
    if (policy.key === 'session only') refuse('NOT_ALLOWED', { why: 'An API key cannot do this. Sign in.' });
    if (!caller.scopes.includes(policy.key)) refuse('SCOPE_MISSING', { scope: policy.key });
  }
  if (policy.who === 'anyone') return;
  const account = caller.account ?? refuse('NOT_SIGNED_IN');
  if (!account.roles.includes(policy.who))
    refuse('NOT_ALLOWED', { why: `This needs the role ${policy.who}.` });
}

async function takeRoom(
  policy: Policy,
  { context, caller, request }: RequestContext,
  input: unknown,
): Promise<void> {
  const counters = countersOf(context);
  if (!counters) return;
  const who = caller.account?.id ?? networkOf(request.ip);
  const email = policy.limit === 'sign_in' ? emailOf(input) : null;
  // one after the other: a try that the address has no room for must not use up the room of the e-mail
  const wait =
    (await counters.take(policy.limit, who)) ??
    (email === null ? null : await counters.take('sign_in_email', email));
  if (wait !== null) refuse('RATE_LIMITED', { retry_after_s: wait });
}

function emailOf(input: unknown): string | null {
  if (typeof input !== 'object' || input === null || !('email' in input) || typeof input.email !== 'string')
    return null;
  return input.email.trim().toLowerCase().slice(0, 254);
}

const isStream = (output: unknown): output is AsyncIterator<unknown, unknown, void> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output;

/**
 * Waits for the first event. Until then nothing was answered, so a refusal can still be one:
 * with its own status, and not as an event in a stream that began with 200.
 */
async function begun<T>(
  events: AsyncIterator<T, unknown, void>,
  ended: () => void,
): Promise<AsyncIterator<T, unknown, void>> {
  const next = async () => {
    try {
      const result = await events.next();
      if (result.done) ended();
      return result;
    } catch (trouble) {
      ended();
      throw trouble;
    }
  };
  let first: IteratorResult<T, unknown> | null = await next();
  return {
    next() {
      const result = first;
      first = null;
      return result ? Promise.resolve(result) : next();
    },
    async return(value) {
      ended();
      return (await events.return?.(value)) ?? { done: true, value };
    },
  };
}

const STREAMS_MAX = 20;
const open = new WeakMap<Context, Map<string, number>>();

/** Notes that a caller watches one more thing; the answer says that they have stopped. */
function takeStream({ context, caller, request }: RequestContext): () => void {
  const counts = open.get(context) ?? new Map<string, number>();
  open.set(context, counts);
  const who = caller.account?.id ?? networkOf(request.ip);
  const count = counts.get(who) ?? 0;
  if (count >= STREAMS_MAX) refuse('RATE_LIMITED', { retry_after_s: 5 });
  counts.set(who, count + 1);
  let over = false;
  return () => {
    if (over) return;
    over = true;
    const left = (counts.get(who) ?? 1) - 1;
    if (left > 0) counts.set(who, left);
    else counts.delete(who);
  };
}

type Counters = RateLimits<keyof typeof limits>;
const counters = new WeakMap<Context, Counters | null>();

function countersOf(context: Context): Counters | null {
  const known = counters.get(context);
  if (known !== undefined) return known;
  const fresh = rateLimits(limits);
  counters.set(context, fresh);
  return fresh;
}

/** For benches, which measure the server and not its limits. */
export const liftLimits = (context: Context): void => void counters.set(context, null);
