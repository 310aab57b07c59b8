/**
 * When a line that fell is taken up again: later each time that it falls at once, and at another moment than all others
 * who lost theirs together. A browser that finds its network again does not wait.
 */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

export class Again {
  #tries = 0;

  /** The line stands and has told something. */
  stood() {
    this.#tries = 0;
  }

  pause(signal: AbortSignal): Promise<void> {
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#tries) * (0.5 + Math.random());
    this.#tries += 1;
    return new Promise((resume) => {
      const timer = setTimeout(resume, ms);
      const now = () => {
        clearTimeout(timer);
        resume();
      };
      signal.addEventListener('abort', now, { once: true });
      addEventListener('online', now, { once: true, signal });
    });
  }
}
