import type { GenerationState } from '#api/generation/shapes.ts';
import { assert } from '../../kit/assert.ts';

/** Which state may follow which. Retries go back to the queue under the same id. */
const NEXT: Record<GenerationState, readonly GenerationState[]> = {
  queued: ['leased', 'cancelled', 'expired', 'failed'],
  leased: ['running', 'delivering', 'queued', 'failed', 'cancelled', 'expired'],
  running: ['delivering', 'queued', 'failed', 'cancelled', 'expired'],
  delivering: ['succeeded', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
  expired: [],
};

/** How often one generation is tried before it has failed. */
export const ATTEMPTS_MAX = 3;

export const hasEnded = (state: GenerationState): boolean => NEXT[state].length === 0;

/** Those that have not ended. */
export const OPEN = [
  'queued',
  'leased',
  'running',
  'delivering',
] as const satisfies readonly GenerationState[];

/** The states from which `to` may be reached: what a conditional update asks for. */
export function before(to: GenerationState): GenerationState[] {
  const states = (Object.keys(NEXT) as GenerationState[]).filter((state) => NEXT[state].includes(to));
  assert(states.length > 0, `nothing leads to ${to}`);
  return states;
}
