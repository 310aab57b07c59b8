import type { EngineFailure } from './types.ts';

/** Ends a run with a named failure; caught once, in `perform`. */
export class Refusal extends Error {
  readonly failure: EngineFailure;

  constructor(code: EngineFailure['code'], message: string) {
    super(message);
    this.failure = { ok: false, code, message, retryable: false };
  }
}
