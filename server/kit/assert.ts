/** A broken promise of our own. It is never caught to go on: the act it happens in must not take place. */
export class BrokenPromise extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BrokenPromise';
  }
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BrokenPromise(message);
}

/** Unwraps what must be there. */
export function present<T>(value: T | null | undefined, what: string): T {
  assert(value !== null && value !== undefined, `${what} is missing`);
  return value;
}
