import type { EngineFailure } from '../types.ts';

/** Ends a call to an outside engine with a named failure; caught once, in `attempt.ts`. */
export class Trouble extends Error {
  readonly failure: EngineFailure;

  constructor(code: EngineFailure['code'], message: string, retryable = false) {
    super(message);
    this.failure = { ok: false, code, message, retryable };
  }
}

/** Nobody there, nobody free, or nobody who lets us in: the job waits, and it is not its fault. */
export const away = (message: string) => new Trouble('runner_unavailable', message, true);

export const NOT_LET_IN = 'the engine does not accept our token';

export const invalidInput = (message: string) => new Trouble('invalid_input', message);
export const modelError = (message: string) => new Trouble('model_error', message);
export const outputRejected = (message: string) => new Trouble('output_rejected', message);

/** What every HTTP engine means by a status that is not success; `message` is what it said of it. */
export function troubleOf(status: number, message: string): Trouble {
  if (status === 400 || status === 422) return invalidInput(message || 'the engine refuses this input');
  if (status === 401 || status === 403) return away(NOT_LET_IN);
  if (status === 402) return away('the engine asks its operator for money first');
  if (status === 409 || status === 429) return away('the engine is busy');
  if (status === 413) return invalidInput('the engine finds this input too large');
  if (status === 502 || status === 503 || status === 504 || status === 408)
    return away('the engine is not available');
  if (status >= 300 && status < 400) return away('the engine sends us to another address');
  if (status >= 500) return new Trouble('model_error', message || `the engine broke (HTTP ${status})`, true);
  return modelError(message || `the engine answered with HTTP ${status}`);
}

const REFUSED_FOR_CONTENT =
  /content[ _-]?policy|moderation[ _-]?blocked|safety (?:system|filter|checker)|nsfw|flagged as sensitive|sensitive content/i;

/** Whether these words say that the engine will not make such a thing. */
export const speaksOfPolicy = (text: string) => REFUSED_FOR_CONTENT.test(text);
export const policyBlocked = () => new Trouble('policy_blocked', 'the engine will not make this');

/** What a model means by what it says when it gives up: those in Cog containers, ours or Replicate's. */
export function failed(message: string): Trouble {
  if (speaksOfPolicy(message)) return policyBlocked();
  if (/out of memory/i.test(message)) return new Trouble('out_of_memory', 'the model ran out of memory');
  return modelError(message || 'the model failed and did not say why');
}
