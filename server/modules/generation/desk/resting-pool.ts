import type { Pool } from '../engine/pool.ts';

/** A pool whose processes end when nobody wanted one for a while: the next who does opens it again. */
export function restingPool<Child>(open: () => Pool<Child>, idle_ms_max: number): Pool<Child> {
  let pool: Pool<Child> | null = null;
  let under_way = 0;
  let closed = false;
  let idle: NodeJS.Timeout | undefined;
  let ended = Promise.resolve();

  function rest(): void {
    ended = pool?.close() ?? ended;
    pool = null;
  }

  return {
    async withChild(signal, work) {
      if (closed) return null;
      clearTimeout(idle);
      under_way += 1;
      try {
        pool ??= open();
        return await pool.withChild(signal, work);
      } finally {
        under_way -= 1;
        if (under_way === 0 && !closed) idle = setTimeout(rest, idle_ms_max).unref();
      }
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      await Promise.all([pool?.close(), ended]);
    },
  };
}
