import { STREAMS_EACH_MAX, STREAMS_MAX } from '#api/streams.ts';
import type { Context } from '../context.ts';
import { onePer } from '../kit/batcher.ts';
import { networkOf } from '../kit/networks.ts';
import { rateLimits, type RateLimits } from '../kit/rate-limits.ts';
import { createSeats, type Seats } from '../kit/seats.ts';
import { leadsIn, limits, type Policy } from '../policy.ts';
import { Refusal, refuse } from '../refuse.ts';
import type { RequestContext } from './request.ts';

/** Runs the call that the room was taken for, and gives back what it turns out not to have used. */
export type Room = { spentBy<T>(call: () => Promise<T>): Promise<T> };

export const SPENT: Room = { spentBy: (call) => call() };

/** Refuses a call that there is no room for. */
export async function takeRoom(
  policy: Policy,
  { context, caller, request }: RequestContext,
  input: unknown,
): Promise<Room> {
  const counters = countersOf(context);
  const network = networkOf(request.ip);
  await take(
    counters,
    policy.limit,
    leadsIn(policy) ? network : (caller.account?.id ?? caller.worker_id ?? network),
  );
  const email = policy.limit === 'sign_in' ? emailOf(input) : null;
  return email === null ? SPENT : roomForPassword(counters, network, email);
}

/**
 * Each try takes room before the password is looked at, so that a burst in parallel gets no more; whatever
 * was not a wrong password gives it back. Strict for a network, which is whoever guesses, and loose for the
 * e-mail, which is whoever is guessed: strangers must not be able to lock its owner out.
 */
async function roomForPassword(counters: Counters, network: string, email: string): Promise<Room> {
  // one after the other: a try that the network has no room for must not use up the room of the e-mail
  await take(counters, 'wrong_password', `${network} ${email}`);
  await take(counters, 'wrong_password_anywhere', email);
  const giveBack = async () => {
    await counters.giveBack('wrong_password', `${network} ${email}`);
    await counters.giveBack('wrong_password_anywhere', email);
  };
  return {
    async spentBy(call) {
      try {
        const result = await call();
        await giveBack();
        return result;
      } catch (trouble) {
        if (!(trouble instanceof Refusal && trouble.code === 'WRONG_CREDENTIALS')) await giveBack();
        throw trouble;
      }
    },
  };
}

async function take(counters: Counters, limit: keyof typeof limits, key: string): Promise<void> {
  const wait = await counters.take(limit, key);
  if (wait !== null) refuse('RATE_LIMITED', { retry_after_s: wait });
}

function emailOf(input: unknown): string | null {
  if (typeof input !== 'object' || input === null || !('email' in input) || typeof input.email !== 'string')
    return null;
  return input.email.trim().toLowerCase().slice(0, 254);
}

type Counters = RateLimits<keyof typeof limits>;
const countersOf = onePer<Context, Counters>(() => rateLimits(limits));

const streams = onePer<Context, Seats>(() => createSeats({ each: STREAMS_EACH_MAX, all: STREAMS_MAX }));

/** A report is one wherever it is made: all of them share the room of the hour. */
export async function takeRoomToReport({ context, caller, request }: RequestContext): Promise<void> {
  await take(countersOf(context), 'report', caller.account?.id ?? networkOf(request.ip));
}

/** Notes that a caller watches one more thing; the answer says that they have stopped. */
export function takeStream({ context, caller, request }: RequestContext): () => void {
  const name = caller.account?.id ?? networkOf(request.ip);
  return streams(context).take({ name }) ?? refuse('RATE_LIMITED', { retry_after_s: 5 });
}
