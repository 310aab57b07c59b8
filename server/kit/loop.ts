import { BrokenPromise } from './assert.ts';
import type { Log } from './log.ts';

/** After trouble a step is tried again this soon, or at its own pace if that is sooner. */
const TROUBLE_MS = 5_000;

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
  let rouse: () => void = () => {};
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
        await rest(Math.min(loop.poll_ms, TROUBLE_MS));
        return 1;
      });
      if (done === 0 && !woken && !stopped) await sleepUntilWoken();
      if (loop.gather_ms && !stopped) await rest(loop.gather_ms);
    }
  }

  function sleepUntilWoken(): Promise<void> {
    const sleeping = rest(loop.poll_ms);
    nudge = rouse;
    return sleeping;
  }

  /** Only a stop ends it early: work that comes meanwhile waits. */
  function rest(ms: number): Promise<void> {
    if (stopped) return Promise.resolve();
    return new Promise((awake) => {
      const timer = setTimeout(awake, ms);
      rouse = () => {
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
      rouse();
      await running;
    },
  };
}
