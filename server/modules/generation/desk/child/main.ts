import { ranOutOfMemory } from '../../engine/failures.ts';
import type { FromChild, ToChild } from '../../engine/protocol.ts';
import { Refusal } from '../../engine/refusal.ts';
import type { EngineFailure } from '../../engine/types.ts';
import type { Done } from '../desk.ts';
import type { DeskOrder, Work, Works } from '../works.ts';

/** A work's code is loaded by the first order for it. */
const LOAD: { [W in Work]: () => Promise<(order: Works[W]['order']) => Promise<Works[W]['result']>> } = {
  card: async () => (await import('./card.ts')).card,
  damage: async () => (await import('./damage.ts')).damage,
  encode: async () => (await import('./encode.ts')).encode,
  even: async () => (await import('./even.ts')).even,
  finish: async () => (await import('./finish.ts')).finish,
  glance: async () => (await import('./finish.ts')).glance,
  inspect: async () => (await import('./inspect.ts')).inspect,
  paper: async () => (await import('./paper.ts')).paper,
  render: async () => (await import('./render.ts')).render,
  take: async () => (await import('./take.ts')).take,
};

/** A process at the desk: bytes in over IPC, bytes out. When the parent is gone, so is it. */
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToChild<DeskOrder>) => {
  // whoever cancels kills: there is nothing here worth stopping gently
  if (message.type === 'do') void answer(message);
});
tell({ type: 'ready' });

async function answer(order: DeskOrder): Promise<void> {
  const result = await perform(order);
  const { user, system } = process.cpuUsage();
  const usage = { rss_bytes: process.memoryUsage.rss(), cpu_ms: (user + system) / 1000 };
  tell({ type: 'end', run: order.run, result, usage });
}

async function perform<W extends Work>({ work, order }: { work: W; order: Works[W]['order'] }) {
  try {
    const act = await LOAD[work]();
    return { ok: true as const, value: await act(order) };
  } catch (error) {
    return failure(error);
  }
}

/** What is neither a refusal nor a lack of memory is a library that could not read what it was given. */
function failure(error: unknown): EngineFailure {
  if (error instanceof Refusal) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    code: ranOutOfMemory(message) ? 'out_of_memory' : 'output_rejected',
    message: message.slice(0, 300),
    retryable: false,
  };
}

function tell(message: FromChild<never, Done<Work> | EngineFailure>): void {
  process.send?.(message);
}
