import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '../../../tests/eventually.ts';
import { present } from '../assert.ts';
import { sendEvents } from './event-stream.ts';

const LARGE = 'x'.repeat(1_000_000);
/** More than the buffers of any two ends of a connection hold. */
const MANY = 60;

let server: http.Server;
let port: number;
/** How many events were asked for, and whether their maker was told that it is over: of each stream by its path. */
let made: Map<string, { asked: number; over: boolean }>;

beforeEach(async () => {
  made = new Map();
  server = http.createServer((req, res) => {
    const mine = { asked: 0, over: false };
    made.set(req.url ?? '', mine);
    const events: AsyncIterator<string, unknown, void> = {
      async next() {
        mine.asked += 1;
        if (mine.asked <= MANY) return { done: false, value: `data: ${mine.asked} ${LARGE}\n\n` };
        await once(res, 'close');
        return { done: true, value: undefined };
      },
      async return() {
        mine.over = true;
        return { done: true, value: undefined };
      },
    };
    void sendEvents(res, events, { of: (line) => line, ofTrouble: () => null });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});
afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

/** Asks, and takes nothing of the answer until it is told to. */
function slowClient(path: string): net.Socket {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  return socket.pause();
}

test('who takes nothing has one event in memory, keeps nobody waiting, and gets the rest when they go on', async () => {
  const slow = slowClient('/slow');
  await eventually('the slow one is being told', () => made.get('/slow')?.asked);
  const quick = await fetch(`http://127.0.0.1:${port}/quick`);
  const reader = present(quick.body, 'a body').getReader();
  let taken = 0;
  while (taken < MANY * LARGE.length) taken += (await reader.read()).value?.length ?? 0;
  const { asked } = present(made.get('/slow'), 'the slow one');
  expect(asked).toBeLessThan(MANY / 2);

  let text = '';
  slow.setEncoding('utf8').on('data', (part: string) => (text += part.replaceAll(/x+/g, '')));
  slow.resume();
  await eventually('the slow one has it all', () => text.includes(`data: ${MANY} `));
  for (let n = 1; n <= MANY; n += 1) expect(text).toContain(`data: ${n} `);

  await reader.cancel();
  await eventually('the maker knows', () => made.get('/quick')?.over);
  slow.destroy();
  await eventually('the maker knows', () => made.get('/slow')?.over);
});

test('a quiet line gives a sign of life, and one that nobody takes from is ended', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const stuck = slowClient('/stuck');
  const quiet = await fetch(`http://127.0.0.1:${port}/quiet`);
  const reader = present(quiet.body, 'a body').getReader();
  let taken = 0;
  while (taken < MANY * LARGE.length) taken += (await reader.read()).value?.length ?? 0;
  await eventually('the stuck one has as much as it takes', async () => {
    const before = made.get('/stuck')?.asked;
    await new Promise((rest) => setTimeout(rest, 100));
    return before !== undefined && made.get('/stuck')?.asked === before;
  });

  vi.advanceTimersByTime(16_000);
  expect(new TextDecoder().decode((await reader.read()).value)).toContain(': \n\n');
  expect(made.get('/stuck')?.over).toBe(false);
  vi.advanceTimersByTime(45_000);
  await eventually('the stuck one is let go', () => made.get('/stuck')?.over);
  expect(made.get('/quiet')?.over).toBe(false);
  await reader.cancel();
  stuck.destroy();
});
