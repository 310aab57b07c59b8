import type { Context } from '../context.ts';
import { startLoop } from '../kit/loop.ts';
import { deliver } from '../kit/outbox.ts';
import { subscribers } from '../subscribers/index.ts';

const POLL_MS = 1_000;

/** Lets every subscriber hear the news, each at its own pace: one that stumbles holds up nobody else. */
export function startRelay(context: Context): { stop(): Promise<void> } {
  const loops = subscribers.map((subscriber) =>
    startLoop({
      name: `subscriber ${subscriber.name}`,
      poll_ms: POLL_MS,
      log: context.log,
      wake: (heard) => context.wake.on('news', heard),
      step: () => deliver(context.database, subscriber),
    }),
  );
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) };
}
