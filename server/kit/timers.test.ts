import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFreshDatabase } from '../../tests/setup/database.ts';
import type { Database } from './database.ts';
import { dropTimer, fireDue, pauseTimer, resumeTimer, setTimer, type Timer, timersOf } from './timers.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await openFreshDatabase());
});
afterAll(() => drop());

const after = (hours: number) => new Date(Date.UTC(2026, 4, 1, hours));
const set = (kind: string, due_at: Date, subject_id: string = randomUUID()) =>
  database.inTransaction(async (tx) => {
    await setTimer(tx, { kind, subject_id, due_at, at: after(0) });
    return subject_id;
  });
const inTx = (act: typeof dropTimer, kind: string, subject_id: string, at: Date) =>
  database.inTransaction((tx) => act(tx, { kind, subject_id, at }));

const unexpected = (_timer: Timer, trouble: unknown) => {
  throw trouble;
};

/** Fires what is due; answers the subjects in order. */
async function fired(kind: string, at: Date): Promise<string[]> {
  const subjects: string[] = [];
  const note = async (_: unknown, { subject_id }: Timer) => void subjects.push(subject_id);
  await fireDue(database, at, { [kind]: note }, unexpected);
  return subjects;
}

test('what is due fires in the order of its time, once, and what is not waits', async () => {
  const late = await set('order', after(5));
  const soon = await set('order', after(2));
  const next_week = await set('order', after(200));
  expect(await fired('order', after(1))).toEqual([]);
  expect(await fired('order', after(6))).toEqual([soon, late]);
  expect(await fired('order', after(7))).toEqual([]);
  expect(await timersOf(database.db, next_week)).toEqual([
    { kind: 'order', due_at: after(200), left_ms: null },
  ]);
});

test('of eight who fire at once one does, and if its act fails it is as if nobody had', async () => {
  const subject = await set('race', after(1));
  const troubles: string[] = [];
  const fails = () => Promise.reject(new Error('the act failed'));
  const none = await fireDue(database, after(2), { race: fails }, ({ subject_id }) =>
    troubles.push(subject_id),
  );
  expect([none, troubles]).toEqual([0, [subject]]);
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => fired('race', after(2))));
  expect(outcomes.flat()).toEqual([subject]);
});

test('a clock that rests does not run out, and goes on with what was left', async () => {
  const subject = await set('rest', after(10));
  await inTx(pauseTimer, 'rest', subject, after(4));
  expect(await fired('rest', after(100))).toEqual([]);
  await inTx(resumeTimer, 'rest', subject, after(100));
  expect(await timersOf(database.db, subject)).toMatchObject([{ due_at: after(106) }]);
  expect(await fired('rest', after(105))).toEqual([]);
  expect(await fired('rest', after(106))).toEqual([subject]);
});

test('what was dropped does not fire, and what is set again fires at its new time', async () => {
  const dropped = await set('drop', after(1));
  await inTx(dropTimer, 'drop', dropped, after(0));
  const moved = await set('drop', after(1));
  await set('drop', after(3), moved);
  expect(await fired('drop', after(2))).toEqual([]);
  expect(await fired('drop', after(4))).toEqual([moved]);
});

test('one whose act fails holds up nobody, and stays due', async () => {
  const broken = await set('mixed', after(1));
  const whole = await Promise.all(Array.from({ length: 3 }, () => set('mixed', after(2))));
  const fired_by_others: string[] = [];
  const troubles: string[] = [];
  const act = async (_: unknown, { subject_id }: Timer) => {
    if (subject_id === broken) throw new Error('the act failed');
    fired_by_others.push(subject_id);
  };
  const look = () =>
    fireDue(database, after(3), { mixed: act }, ({ subject_id }) => troubles.push(subject_id));
  expect(await look()).toBe(3);
  expect(fired_by_others.toSorted()).toEqual(whole.toSorted());
  expect(await look()).toBe(0);
  expect(troubles).toEqual([broken, broken]);
});
