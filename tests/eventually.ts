import { setTimeout as sleep } from 'node:timers/promises';

/** Less than a test may take: whoever waits in vain says so before it is ended. */
const PATIENCE_MS = 150_000;
const LOOK_EVERY_MS = 20;

/**
 * Looks until what is looked for is there, and answers it. It says nothing about how long that took: the
 * bound only keeps a test that will never pass from hanging.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  patience_ms = PATIENCE_MS,
): Promise<T> {
  for (const deadline = Date.now() + patience_ms; ; await sleep(LOOK_EVERY_MS)) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${patience_ms} ms in vain: ${what}`);
  }
}

/** A promise with its end in somebody else's hand. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
