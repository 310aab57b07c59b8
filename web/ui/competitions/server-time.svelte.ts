/**
 * What time it is at the server, as the browser counts on from the instant that came with the page. Nobody's own clock
 * is asked, so a wrong one shifts nothing.
 */
import { onMount } from 'svelte';

const SECOND_MS = 1000;

/** When the answer came that brought this page: the first one came with the document. */
function cameAt(): number {
  const [document] = performance.getEntriesByType('navigation');
  const isFirst = performance.now() < 15 * SECOND_MS && document instanceof PerformanceNavigationTiming;
  return isFirst ? document.responseStart : performance.now();
}

export class ServerTime {
  /** In milliseconds since 1970, at the second. */
  now: number = $state(0);
  readonly #told: () => string;

  /** Counts while the component lives that makes it. What was drawn by the server is drawn first, then it goes on. */
  constructor(told: () => string) {
    this.#told = told;
    this.now = Date.parse(told());
    $effect.pre(() => {
      this.now = Date.parse(told());
    });
    onMount(() => {
      let from = { told: told(), at: cameAt() };
      let timer = 0;
      const tick = () => {
        if (from.told !== this.#told()) from = { told: this.#told(), at: performance.now() };
        const exact = Date.parse(from.told) + performance.now() - from.at;
        this.now = Math.floor(exact / SECOND_MS) * SECOND_MS;
        timer = window.setTimeout(tick, SECOND_MS - (exact % SECOND_MS) + 5);
      };
      tick();
      return () => clearTimeout(timer);
    });
  }
}
