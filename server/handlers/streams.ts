export type Watch = {
  /** Told to whoever makes the events, that they are to end. */
  over: AbortController;
  /** Called once, when the stream is over for whatever reason. */
  ended: () => void;
  /** Throws when the caller may no longer watch. */
  stillHolds: () => Promise<void>;
};

/**
 * Streams are asked about this often, so that also a quiet one ends soon after a sign-out: all of this process in the
 * same turn, so that few queries answer for thousands.
 */
const ASK_EVERY_MS = 2_000;
/** An event is not passed on by the word of an older check than this. */
const FRESH_MS = 2_000;

const open = new Set<() => void>();
let round: NodeJS.Timeout | undefined;

/** Asks in every round; answers how to be left out. */
function askInRounds(ask: () => void): () => void {
  open.add(ask);
  round ??= setInterval(() => {
    for (const one of open) one();
  }, ASK_EVERY_MS).unref();
  return () => {
    open.delete(ask);
    if (open.size > 0) return;
    clearInterval(round);
    round = undefined;
  };
}

/**
 * Waits for the first event. Until then nothing was answered, so a refusal can still be one: with its own
 * status, and not as an event in a stream that began with 200. From then on the stream lasts as long as its
 * caller may watch: a sign-out, a revoked key, a new password, a ban or a lost role ends it without a word.
 */
export async function whileHolds<T>(
  events: AsyncIterator<T, unknown, void>,
  { over, ended, stillHolds }: Watch,
): Promise<AsyncIterator<T, unknown, void>> {
  let asked_at = performance.now();
  let asking: Promise<boolean> | null = null;
  const ask = () => (asking ??= find().finally(() => (asking = null)));
  const leaveRounds = askInRounds(() => void ask());

  const end = () => {
    leaveRounds();
    over.abort();
    ended();
  };
  /** What cannot be found out does not hold: whoever still may watch simply comes again. */
  async function find(): Promise<boolean> {
    const at = performance.now();
    await stillHolds().then(() => (asked_at = at), end);
    return !over.signal.aborted;
  }
  const isFresh = () => performance.now() - asked_at <= FRESH_MS;

  async function next(): Promise<IteratorResult<T, unknown>> {
    try {
      const result = await events.next();
      const holds = !over.signal.aborted && (result.done || isFresh() || (await ask()));
      if (holds && !result.done) return result;
      end();
      if (!result.done) await events.return?.();
      return { done: true, value: undefined };
    } catch (trouble) {
      end();
      throw trouble;
    }
  }

  let first: IteratorResult<T, unknown> | null = await next();
  return {
    next() {
      const result = first;
      first = null;
      return result ? Promise.resolve(result) : next();
    },
    async return(value) {
      end();
      return (await events.return?.(value)) ?? { done: true, value };
    },
  };
}

export const isStream = (output: unknown): output is AsyncIterator<unknown, unknown, void> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output;
