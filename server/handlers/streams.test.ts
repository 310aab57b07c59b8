import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stream } from '../kit/stream.ts';
import { whileHolds } from './streams.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function watch() {
  const over = new AbortController();
  const ended = vi.fn<() => void>();
  const stillHolds = vi.fn<() => Promise<void>>(async () => {});
  const heard = stream<string>(over.signal);
  heard.push('first');
  const events = await whileHolds(heard.items(), { over, ended, stillHolds });
  return { events, ended, stillHolds, push: heard.push, over };
}
const refused = async () => {
  throw new Error('signed out');
};

test('a quiet stream ends soon after its caller may no longer watch, and whoever makes it is told', async () => {
  const { events, ended, stillHolds, over } = await watch();
  expect(await events.next()).toEqual({ done: false, value: 'first' });
  const rest = events.next();
  await vi.advanceTimersByTimeAsync(8_000);
  expect(stillHolds).toHaveBeenCalledTimes(4);
  expect(ended).not.toHaveBeenCalled();
  stillHolds.mockImplementation(refused);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await rest).toEqual({ done: true, value: undefined });
  expect(ended).toHaveBeenCalled();
  expect(over.signal.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('an event is not passed on by the word of an old check', async () => {
  const { events, stillHolds, push } = await watch();
  await events.next();
  await vi.advanceTimersByTimeAsync(1_000);
  push('fresh');
  expect(await events.next()).toMatchObject({ value: 'fresh' });
  expect(stillHolds).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_500);
  push('later');
  expect(await events.next()).toMatchObject({ value: 'later' });
  expect(stillHolds).toHaveBeenCalledTimes(1);
  stillHolds.mockImplementation(refused);
  await vi.advanceTimersByTimeAsync(2_500);
  push('too late');
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('a watcher who leaves leaves nothing behind', async () => {
  const { events, ended, over } = await watch();
  await events.return?.();
  expect(ended).toHaveBeenCalled();
  expect(over.signal.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
