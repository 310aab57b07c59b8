import type { GenerationState } from '#api/generation/shapes.ts';
import { assert } from '../../kit/assert.ts';
import { declare, type Step } from '../../kit/state-machine.ts';

/**
 * The road of a generation. Its steps are single conditional updates of many rows at once (queue.ts, store.ts) and are
 * not written to kit.transition one by one: there are hundreds a second, and its row, receipt and statement say what
 * became of it.
 */
export const generationMachine = declare({
  name: 'generation',
  table: 'generation.generation',
  states: {
    queued: 'waits for its turn',
    leased: 'a runner has taken it under a fence',
    running: 'the engine computes',
    delivering: 'the media are stored; the settlement follows',
    succeeded: 'settled: charged once, shared, with its receipt',
    failed: 'it failed; nothing was charged',
    cancelled: 'the payer took it back; nothing was charged',
    expired: 'nobody took it in time; nothing was charged',
  },
  begins: 'queued',
  acts: {
    claim: {
      from: ['queued'],
      to: 'leased',
      who: ['runner'],
      guards: ['its turn in the fair order of its pool'],
      effects: ['a lease with a fence'],
    },
    run: { from: ['leased'], to: 'running', who: ['runner'], guards: ['the current fence'] },
    deliver: {
      from: ['leased', 'running'],
      to: 'delivering',
      who: ['runner'],
      guards: ['the current fence', 'no cancellation was asked for'],
      effects: ['media stored and signed'],
    },
    settle: {
      from: ['delivering'],
      to: 'succeeded',
      who: ['system'],
      effects: ['the hold captured', 'the split posted', 'the receipt', 'the news'],
    },
    retry: {
      from: ['leased', 'running'],
      to: 'queued',
      who: ['runner', 'timer'],
      guards: ['attempts are left'],
    },
    fail: {
      from: ['queued', 'leased', 'running', 'delivering'],
      to: 'failed',
      who: ['runner', 'system'],
      effects: ['the hold voided'],
    },
    cancel: {
      from: ['queued', 'leased', 'running'],
      to: 'cancelled',
      who: ['payer'],
      effects: ['the hold voided'],
    },
    expire: {
      from: ['queued', 'leased', 'running'],
      to: 'expired',
      who: ['timer'],
      effects: ['the hold voided'],
    },
  },
});

const STEPS: readonly Step<GenerationState>[] = Object.values(generationMachine.acts);

/** How often one generation is tried before it has failed. */
export const ATTEMPTS_MAX = 3;

export const hasEnded = (state: GenerationState): boolean => !STEPS.some(({ from }) => from.includes(state));

/** Those that have not ended. */
export const OPEN = [
  'queued',
  'leased',
  'running',
  'delivering',
] as const satisfies readonly GenerationState[];

/** The states from which `to` may be reached: what a conditional update asks for. */
export function before(to: GenerationState): GenerationState[] {
  const states = STEPS.filter((step) => step.to === to).flatMap(({ from }) => from);
  assert(states.length > 0, `nothing leads to ${to}`);
  return states;
}
