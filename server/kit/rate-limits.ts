import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export type Limit = { times: number; in_s: number };

/** Counts in the memory of this process. Taking is one step, so a burst in parallel gets no more than its room. */
export type RateLimits<Name extends string> = {
  /** Null: there was room. Otherwise the seconds to wait. */
  take(name: Name, key: string): Promise<number | null>;
  /** Makes room again for what turned out not to count. */
  giveBack(name: Name, key: string): Promise<void>;
};

export function rateLimits<Name extends string>(limits: Record<Name, Limit>): RateLimits<Name> {
  const counters = new Map<Name, RateLimiterMemory>();
  function counterOf(name: Name): RateLimiterMemory {
    const { times, in_s } = limits[name];
    const counter =
      counters.get(name) ?? new RateLimiterMemory({ keyPrefix: name, points: times, duration: in_s });
    counters.set(name, counter);
    return counter;
  }
  return {
    async take(name, key) {
      try {
        await counterOf(name).consume(key);
        return null;
      } catch (spent) {
        if (spent instanceof RateLimiterRes) return Math.max(1, Math.ceil(spent.msBeforeNext / 1000));
        throw spent;
      }
    },
    async giveBack(name, key) {
      await counterOf(name).reward(key);
    },
  };
}
