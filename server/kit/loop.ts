import { BrokenPromise } from './assert.ts';
import type { Log } from './log.ts';

/**
 * Runs `step` whenever it is woken, and every `poll_ms` in case a wake-up was lost. A step answers how
 * much it did; as long as it did something it runs again at once. Trouble is logged and waited out.
 */
export function startLoop(loop: {
  name: string;
  poll_ms: number;
  /** How long to wait after a wake-up, so that more of them are answered by one step. */
  gather_ms?: number;
  log: Log;
  wake(heard: () => void): () => void;
  step(): Promise<number>;
}): { stop(): Promise<void> } {
  let stopped = false;
  let woken = false;
  let nudge: () => void = () => {};
  const unhear = loop.wake(() => {
    woken = true;
    nudge();
  });

  async function run(): Promise<void> {
    while (!stopped) {
      woken = false;
      const done = await loop.step().catch(async (error: unknown) => {
        if (error instanceof BrokenPromise) {
          // not caught again on purpose: what cannot be true must not be built upon, so the process ends here
          loop.log.fatal({ err: error, loop: loop.name }, 'a promise of our own is broken');
          throw error;
        }
        loop.log.error({ err: error, loop: loop.name }, 'loop step failed');
        await new Promise((rest) => setTimeout(rest, loop.poll_ms));
        return 0;
      });
      if (done === 0 && !woken && !stopped) await sleepUntilWoken();
      if (loop.gather_ms && !stopped) await new Promise((rest) => setTimeout(rest, loop.gather_ms));
    }
  }

  function sleepUntilWoken(): Promise<void> {
    return new Promise((awake) => {
      const timer = setTimeout(awake, loop.poll_ms);
      nudge = () => {
        clearTimeout(timer);
        awake();
      };
    });
  }

  const running = run();
  return {
    async stop() {
      stopped = true;
      unhear();
      nudge();
      await running;
    },
  };
}
