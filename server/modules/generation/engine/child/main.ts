import { setImmediate } from 'node:timers/promises';
import type { Answers, Order, Orders } from '../protocol.ts';
import { perform } from './perform.ts';

/**
 * The inference process. It knows nothing of the product: bytes of models and an input come in over
 * IPC, media go out. When the parent is gone, so is it.
 */
let cancelledRun = 0;

process.on('disconnect', () => process.exit(0));
process.on('message', (message: Orders) => {
  if (message.type === 'cancel') cancelledRun = message.run;
  else void answer(message);
});
tell({ type: 'ready' });

async function answer(order: Order): Promise<void> {
  const { run } = order;
  const result = await perform(order, {
    tell: (event) => tell({ type: 'event', run, event }),
    // Gives the IPC channel a turn: a cancellation may be waiting in it.
    async stopAsked() {
      await setImmediate();
      return cancelledRun === run;
    },
  });
  const { user, system } = process.cpuUsage();
  const usage = { rss_bytes: process.memoryUsage.rss(), cpu_ms: (user + system) / 1000 };
  tell({ type: 'end', run, result, usage });
}

function tell(message: Answers): void {
  process.send?.(message);
}
