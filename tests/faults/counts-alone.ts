import { resourceUsage } from 'node:process';
import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import { countCategories } from '../../server/flows/count-categories.ts';
import { settableClock } from '../../server/kit/clock.ts';

/** Counts what there is to count, as a worker does, and says what it took: somebody gives it little room. */
const [at = '', DATABASE_URL, DATA_DIR] = process.argv.slice(2);
const clock = settableClock(new Date(at));
const { context, stop } = await boot(
  readConfig({ DATABASE_URL, DATA_DIR, PORT: '0', ROLES: 'web', LOG_LEVEL: 'error' }),
  { clock, durable: false },
);
const room_before = resourceUsage().maxRSS;
let steps = 0;
let slept_ms = 0;
for (let idle = 0; idle < 2;) {
  // how long others wait for their turn at the worst
  let last = performance.now();
  const ticking = setInterval(() => {
    slept_ms = Math.max(slept_ms, performance.now() - last);
    last = performance.now();
  }, 5);
  const taken = await countCategories(context);
  clearInterval(ticking);
  steps += taken;
  idle = taken > 0 ? 0 : idle + 1;
}
const { maxRSS, userCPUTime, systemCPUTime } = resourceUsage();
const mb = (kb: number) => Math.round(kb / 1024);
process.stdout.write(
  `${JSON.stringify({ steps, before_mb: mb(room_before), peak_mb: mb(maxRSS), cpu_s: Math.round((userCPUTime + systemCPUTime) / 1e6), waited_ms: Math.round(slept_ms) })}\n`,
);
await stop();
process.exit();
