import { setImmediate } from 'node:timers/promises';
import { ranOutOfMemory } from '../../failures.ts';
import type { FromChild, ToChild } from '../../protocol.ts';
import { Refusal } from '../../refusal.ts';
import type { EngineFailure } from '../../types.ts';
import type { SandboxEvent, SandboxOrder, SandboxResult } from '../protocol.ts';
import { play } from './play.ts';
import { warmUp } from './runtime.ts';

/**
 * Runs networks of somebody else: bytes and an input come in over IPC, plain numbers go out. It reads its own code
 * and the WebAssembly runtime and nothing else, and imports nothing of the network. When the parent is gone, so is it.
 */
let cancelled_run = 0;

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToChild<SandboxOrder>) => {
  if (message.type === 'cancel') cancelled_run = message.run;
  else void answer(message);
});
tell({ type: 'ready' });
// while nothing is asked yet; an order that comes meanwhile waits for the same
void warmUp();

async function answer(order: SandboxOrder): Promise<void> {
  const result = await perform(order);
  const { user, system } = process.cpuUsage();
  const usage = { rss_bytes: process.memoryUsage.rss(), cpu_ms: (user + system) / 1000 };
  tell({ type: 'end', run: order.run, result, usage });
}

async function perform(order: SandboxOrder): Promise<SandboxResult> {
  const { run } = order;
  try {
    tell({ type: 'event', run, event: { type: 'started' } });
    return await play(order, async (step, total, label) => {
      tell({ type: 'event', run, event: { type: 'progress', step, total, label } });
      await setImmediate(); // a cancellation may be waiting
      if (cancelled_run === run) throw new Refusal('cancelled', 'cancelled');
    });
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): EngineFailure {
  if (error instanceof Refusal) return error.failure;
  // the runtime throws bare numbers out of WebAssembly when memory ends
  const message = error instanceof Error ? error.message : `the runtime gave up (${String(error)})`;
  const code = ranOutOfMemory(message) || typeof error === 'number' ? 'out_of_memory' : 'model_error';
  return { ok: false, code, message: message.slice(0, 300).toWellFormed(), retryable: false };
}

function tell(message: FromChild<SandboxEvent, SandboxResult>): void {
  process.send?.(message);
}
