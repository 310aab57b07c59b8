import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { startPullWorker } from './pull-worker.ts';
import { readCommand, USAGE } from './read-command.ts';

/**
 * What `npm run worker` runs: fetches jobs from a product elsewhere until a signal. Then it takes nothing new and ends
 * what it has; what is not done in time, and at a second signal everything, it gives back.
 */
async function start() {
  const { drain_ms, ...options } = await readCommand(process.argv.slice(2));
  const worker = await startPullWorker(options);
  process.stderr.write(`[worker] fetches jobs of ${options.pools.join(', ')} from ${options.url}\n`);
  return { worker, drain_ms };
}

const { worker, drain_ms } = await start().catch((error: unknown) => {
  const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`${USAGE}\n${why}\n`);
  process.exit(2);
});

let asked = 0;
function leave(): void {
  asked += 1;
  if (asked > 2) process.exit(130);
  process.stderr.write(
    asked === 1 ? '[worker] ends what it has, and leaves\n' : '[worker] gives back what it has\n',
  );
  const drained = asked === 1 ? Promise.race([worker.drain(), sleep(drain_ms)]) : Promise.resolve();
  drained
    .then(() => worker.stop())
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
}
process.on('SIGINT', leave).on('SIGTERM', leave).on('SIGHUP', leave);
