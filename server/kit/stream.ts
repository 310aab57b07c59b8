/** Turns calls into something that can be awaited in a loop, until the signal ends it. */
export function stream<T>(signal: AbortSignal | undefined): {
  push(item: T): void;
  items(): AsyncGenerator<T, void>;
} {
  const waiting: T[] = [];
  let nudge: () => void = () => {};
  const ended = () => signal?.aborted ?? false;
  signal?.addEventListener('abort', () => nudge(), { once: true });
  return {
    push(item) {
      waiting.push(item);
      nudge();
    },
    async *items() {
      while (!ended()) {
        const item = waiting.shift();
        if (item !== undefined) yield item;
        else await new Promise<void>((resolve) => (nudge = resolve));
      }
    },
  };
}
