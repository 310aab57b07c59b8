import { invalidate } from '$app/navigation';

const FIRST_MS = 1_500;
const LONGEST_MS = 30_000;
const LONGER_BY = 1.25;

/**
 * While something is on its way on the chain the page looks again, as long as somebody sees it: soon at first, and the
 * longer it takes the more rarely, because a chain of others takes minutes and a delay of days.
 */
export function lookAgain(what: string): () => void {
  let pause_ms = FIRST_MS;
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    timer = setTimeout(() => {
      if (document.visibilityState === 'visible') void invalidate(what);
      pause_ms = Math.min(LONGEST_MS, pause_ms * LONGER_BY);
      wait();
    }, pause_ms);
  };
  wait();
  return () => clearTimeout(timer);
}
