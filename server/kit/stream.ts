/** Who takes so little that more than this waits for them is left behind: their stream ends, and they come again. */
const WAITING_MAX = 500;

/** Turns calls into something that can be awaited in a loop, until the signal ends it or too much waits. */
export function stream<T>(signal: AbortSignal | undefined): {
  push(item: T): void;
  items(): AsyncGenerator<T, void>;
} {
  const waiting: T[] = [];
  let nudge: () => void = () => {};
  let too_much = false;
  const ended = () => too_much || (signal?.aborted ?? false);
  signal?.addEventListener('abort', () => nudge(), { once: true });
  return {
    push(item) {
      too_much ||= waiting.length >= WAITING_MAX;
      if (too_much) waiting.length = 0;
      else waiting.push(item);
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

/** Pieces as they are made, as fast as they are taken; `ended` is called once, however it ends. */
export function readableOf(
  pieces: AsyncGenerator<Uint8Array>,
  ended: () => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(reader) {
        const next = await pieces.next().catch((error: unknown) => {
          ended();
          throw error;
        });
        if (!next.done) return reader.enqueue(next.value);
        ended();
        reader.close();
      },
      async cancel() {
        ended();
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
