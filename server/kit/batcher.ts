import { isConnectionTrouble, OutcomeUnknown } from './database.ts';

/** What became of one item of a batch. */
export type Outcome<R> = { value: R } | { error: unknown };

export type Batcher<T, R> = {
  /** Resolves with what became of this one item. */
  add(item: T): Promise<R>;
};

type Waiting<T, R> = { item: T; resolve(value: R): void; reject(error: unknown): void };

/**
 * Turns calls that come one by one into batches that are as large as the load makes them: what arrives while a
 * batch is under way forms the next one. There is no timer: a lone call goes at once, with whatever else was
 * called in the same turn.
 *
 * `flush` answers for each item in order. When it throws, the items are tried again one by one, so that a bad
 * one hurts only itself; but where the outcome is unknown, or the database is away, everybody is told just that.
 */
export function createBatcher<T, R>(options: {
  size_max: number;
  flush(items: readonly T[]): Promise<readonly Outcome<R>[]>;
}): Batcher<T, R> {
  const { size_max, flush } = options;
  let waiting: Waiting<T, R>[] = [];
  let working = false;

  async function work() {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, size_max);
      waiting = waiting.slice(size_max);
      await run(batch);
    }
    working = false;
  }

  async function run(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const outcomes = await flush(batch.map(({ item }) => item));
      if (outcomes.length !== batch.length) throw new Error('a batch answers for each of its items');
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome && 'value' in outcome) resolve(outcome.value);
        else reject(outcome?.error);
      });
    } catch (error) {
      if (batch.length > 1 && !(error instanceof OutcomeUnknown) && !isConnectionTrouble(error)) {
        for (const one of batch) await run([one]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (working) return;
        working = true;
        queueMicrotask(() => void work());
      }),
  };
}

/** One of something for each owner, made when it is first asked for. */
export function onePer<K extends object, V>(make: (owner: K) => V): (owner: K) => V {
  const made = new WeakMap<K, V>();
  return (owner) => {
    const before = made.get(owner);
    if (before !== undefined) return before;
    const fresh = make(owner);
    made.set(owner, fresh);
    return fresh;
  };
}
