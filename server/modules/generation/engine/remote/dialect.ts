import type { EngineJob } from '../types.ts';
import type { Artifact, Endpoint, Health } from './endpoint.ts';
import type { Line } from './http.ts';

/** One job at one endpoint. */
export type Call<Bound = EngineJob['release']['binding']> = {
  job: EngineJob;
  binding: Bound;
  endpoint: Endpoint;
  line: Line;
  /** Cancelled, or beyond the deadline: what is told to stop is told once. */
  signal: AbortSignal;
  /** The same at the endpoint for each try of a generation: a try that is sent again is not run again. */
  id: string;
  /** The most time that is left for it. */
  wall_ms_max: number;
  tell: Tell;
};

/** What passes on the way; all of it may be left out. */
export type Tell = {
  started(): void;
  progress(step: number, total: number, label: string): void;
  preview(artifact: Artifact): void;
  log(text: unknown): void;
};

export type Made = {
  artifacts: Artifact[];
  /** as the engine measured it, if it did */
  inference_ms: number | null;
  runtime: { name: string; version: string };
};

/** How endpoints of one kind are spoken to. Trouble is thrown. */
export type Dialect<Bound> = {
  make(call: Call<Bound>): Promise<Made>;
  health(line: Line, signal: AbortSignal): Promise<Health>;
};

/** Does the work; when the signal comes first, the endpoint is told to stop before this ends. */
export async function stoppable<T>(
  signal: AbortSignal,
  stop: () => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  let stopping: Promise<unknown> | undefined;
  const onAbort = () => {
    stopping = stop().catch(() => {});
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) onAbort();
    signal.throwIfAborted();
    return await work();
  } finally {
    signal.removeEventListener('abort', onAbort);
    await stopping;
  }
}
