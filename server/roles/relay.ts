import type { Context } from '../context.ts';
import { startLoop } from '../kit/loop.ts';
import { deliver, register } from '../kit/outbox.ts';
import { subscribers } from '../subscribers/index.ts';

const POLL_MS = 1_000;
/** News gathers this long before it is heard: nobody waits for a subscriber, and each look costs a transaction. */
const GATHER_MS = 50;

/** Lets every subscriber hear the news, each at its own pace: one that stumbles holds up nobody else. */
export async function startRelay(context: Context): Promise<{ stop(): Promise<void> }> {
  for (const subscriber of subscribers) await register(context.database, subscriber);
  const loops = subscribers.map((subscriber) =>
    startLoop({
      name: `subscriber ${subscriber.name}`,
      poll_ms: POLL_MS,
      log: context.log,
      wake: (heard) => context.wake.on('news', heard),
      gather_ms: subscriber.gather_ms ?? GATHER_MS,
      step: () => deliver(context.database, subscriber),
    }),
  );
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) };
}
