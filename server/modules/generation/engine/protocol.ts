import type { EngineEvent, EngineFailure, EngineSuccess, Modality } from './types.ts';

/** What the engine and its children say to each other over the child's IPC channel. */
export type ModelFile = {
  role: string;
  sha256: string;
  /** left out when the child has been given this file before */
  bytes?: Uint8Array;
};

export type Order = {
  type: 'run';
  run: number;
  modality: Modality;
  files: ModelFile[];
  input: Record<string, unknown>;
  seed: number;
  output_bytes_max: number;
};

export type Orders = ToChild<Order>;
export type Answers = FromChild<EngineEvent, EngineSuccess | EngineFailure>;

/** What any confined child is sent, and what it answers. */
export type ToChild<O> = O | { type: 'cancel'; run: number };
export type FromChild<Event, Result> =
  | { type: 'ready' }
  | { type: 'event'; run: number; event: Event }
  | { type: 'end'; run: number; result: Result; usage: Usage };

/** How worn the child is; the engine replaces it in time. */
export type Usage = { rss_bytes: number; cpu_ms: number };
