import { openAsBlob } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { isFull, StorageFull } from '../files.ts';

/** Not a byte for so long: whoever sends has left. */
const SILENCE_MS = 15_000;

/** Slower than this on average, once the grace is over: whoever sends only holds the place. */
export const PACE = { grace_ms: 5_000, bytes_per_s: 20_000 };

export type FileBody = { file: File; discard(): Promise<void> };

const places = new WeakMap<Blob, string>();
/** Where a body lies on the disk, if it is one: whoever copies much of it need not have it read in small pieces. */
export const placeOf = (body: Blob): string | undefined => places.get(body);

/** What comes in is gathered to this much before it is written: each write waits for its turn. */
const GATHER_BYTES = 1024 * 1024;

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
    if (!(await receive(req, place, bytes_max, pace))) {
      await discard();
      return null;
    }
    const file = new File([await openAsBlob(place)], 'upload');
    places.set(file, place);
    return { file, discard };
  } catch (error) {
    await discard();
    throw isFull(error) ? new StorageFull(error) : error;
  } finally {
    req.setTimeout(0);
  }
}

/** Answers whether all of it fitted; what is left is not read, and the connection stays open for the answer. */
async function receive(
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
  const gathered: Buffer[] = [];
  let waiting = 0;
  const write = async () => {
    await handle.writeFile(Buffer.concat(gathered.splice(0)));
    waiting = 0;
  };
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) throw new Error('a body comes in bytes');
      bytes += chunk.length;
      if (bytes > bytes_max) return false;
      gathered.push(chunk);
      waiting += chunk.length;
      if (waiting >= GATHER_BYTES) await write();
    }
    await write();
    return true;
  } finally {
    clearInterval(watch);
    await handle.close();
  }
}
