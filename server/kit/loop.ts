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
  /** How long after a step the next one comes at the earliest: in a rush, one answers many. The first comes at once. */
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
      const stepped = performance.now();
      if (done === 0 && !woken && !stopped) await sleepUntilWoken();
      const early_ms = (loop.gather_ms ?? 0) - (performance.now() - stepped);
      if (early_ms > 0 && !stopped) await rest(early_ms);
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
