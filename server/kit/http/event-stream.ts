import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Proxies close what is silent for a minute, and who has left without a word is only found out by writing. */
const SIGN_OF_LIFE_MS = 15_000;
/** Whoever takes nothing for so long is ended; they may come again and are told what they missed. */
const STUCK_MS = 30_000;
/** When the house closes, all who watch come again, but not all at once. */
const COME_AGAIN_MS = { from: 500, to: 5_000 };
const TYPE = 'text/event-stream';

/**
 * Writes events until they or whoever takes them has ended. The next one is only asked for when the last was taken, so
 * that somebody slow keeps nobody else waiting and one event in memory; what waits behind it is bounded by its maker.
 */
export async function sendEvents<Event>(
  res: ServerResponse,
  events: AsyncIterator<Event, unknown, void>,
  lines: { of: (event: Event) => string | Uint8Array; ofTrouble: (trouble: unknown) => string | null },
  headers: Record<string, string> = {},
): Promise<void> {
  const closed = new Promise<void>((resolve) => void res.once('close', resolve));
  if (isGone(res)) return void (await events.return?.());
  res.writeHead(200, { ...headers, 'content-type': TYPE });
  if (res.req.method === 'HEAD') {
    res.end();
    await events.return?.();
    return closed;
  }
  res.write(': \n\n');
  const watching = keepAlive(res);
  // whoever makes them may still be at work, and what breaks there then is nobody's any more
  const leave = () => void events.return?.().catch(() => {});
  res.once('close', leave);
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done || isGone(res)) break;
      if (res.write(lines.of(value))) continue;
      await Promise.race([closed, new Promise((resolve) => res.once('drain', resolve))]);
    }
  } catch (trouble) {
    const line = lines.ofTrouble(trouble);
    if (line === null) res.destroy();
    else if (!isGone(res)) res.write(line);
  } finally {
    clearInterval(watching);
    res.off('close', leave);
    leave();
  }
  if (!isGone(res)) res.end();
  await closed;
}

const isGone = (res: ServerResponse) => res.destroyed || res.writableEnded;

/** Tells that somebody is there, and finds out who takes nothing any more. */
function keepAlive(res: ServerResponse): NodeJS.Timeout {
  let [taken, since] = [takenOf(res.socket), performance.now()];
  return setInterval(() => {
    const now = takenOf(res.socket);
    if (now !== taken || !res.writableNeedDrain) [taken, since] = [now, performance.now()];
    if (performance.now() - since >= STUCK_MS) res.destroy();
    else if (!res.writableNeedDrain) res.write(': \n\n');
  }, SIGN_OF_LIFE_MS).unref();
}

/** How much of what was written has left this process. */
const takenOf = (socket: Socket | null) => (socket ? socket.bytesWritten - socket.writableLength : 0);

export const isEventStream = (res: ServerResponse): boolean =>
  String(res.getHeader('content-type')).startsWith(TYPE);

/** Ends a stream because the house closes, and says when to come again: to each something else. */
export function sendAway(res: ServerResponse): void {
  if (isGone(res)) return;
  const { from, to } = COME_AGAIN_MS;
  res.end(`retry: ${Math.round(from + Math.random() * (to - from))}\n\n`);
}
