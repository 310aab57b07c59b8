import { openAsBlob } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { isFull, StorageFull } from '../files.ts';

/** Not a byte for so long: whoever sends has left. */
const SILENCE_MS = 15_000;

/** Slower than this on average, once the grace is over: whoever sends only holds the place. */
export const PACE = { grace_ms: 5_000, bytes_per_s: 20_000 };

export type FileBody = { file: File; discard(): Promise<void> };

/**
 * Writes a body of at most `bytes_max` to a new file at `place`, so that none of it is held in memory, and answers
 * it; null where it has more, which where the length is announced costs no reading. `discard` takes the file away.
 */
export async function readFileBody(
  req: IncomingMessage,
  place: string,
  bytes_max: number,
  pace = PACE,
): Promise<FileBody | null> {
  if (Number(req.headers['content-length'] ?? 0) > bytes_max) return null;
  const discard = () => rm(place, { force: true });
  req.setTimeout(SILENCE_MS);
  try {
    if (!(await write(req, place, bytes_max, pace))) {
      await discard();
      return null;
    }
    return { file: new File([await openAsBlob(place)], 'upload'), discard };
  } catch (error) {
    await discard();
    throw isFull(error) ? new StorageFull(error) : error;
  } finally {
    req.setTimeout(0);
  }
}

/** Answers whether all of it fitted; what is left is not read, and the connection stays open for the answer. */
async function write(
  req: IncomingMessage,
  place: string,
  bytes_max: number,
  pace: typeof PACE,
): Promise<boolean> {
  const handle = await open(place, 'wx', 0o600);
  const since = performance.now();
  let bytes = 0;
  const watch = setInterval(() => {
    const late_ms = performance.now() - since - pace.grace_ms;
    if (!req.complete && bytes < (late_ms / 1000) * pace.bytes_per_s) req.destroy();
  }, 1_000);
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) throw new Error('a body comes in bytes');
      bytes += chunk.length;
      if (bytes > bytes_max) return false;
      await handle.writeFile(chunk);
    }
    return true;
  } finally {
    clearInterval(watch);
    await handle.close();
  }
}
