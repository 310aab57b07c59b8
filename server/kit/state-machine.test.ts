import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFreshDatabase } from '../../tests/setup/database.ts';
import { BrokenPromise } from './assert.ts';
import type { Database } from './database.ts';
import { actsFrom, begin, declare, StepRefused, stepsOf, takeStep } from './state-machine.ts';

const door = declare({
  name: 'door',
  table: 'kit_test.door',
  states: {
    open: 'one can walk through',
    shut: 'one cannot',
    locked: 'not without the key',
    gone: 'there is a wall',
  },
  begins: 'open',
  acts: {
    shut: { from: ['open'], to: 'shut', who: ['guest', 'owner'] },
    open: { from: ['shut'], to: 'open', who: ['guest', 'owner'] },
    lock: { from: ['shut'], to: 'locked', who: ['owner'] },
    unlock: { from: ['locked'], to: 'shut', who: ['owner'] },
    wall_up: { from: ['open', 'shut', 'locked'], to: 'gone', who: ['owner'] },
  },
});
type Act = keyof typeof door.acts;

const owner = { id: 'ada', as: 'owner' };
const guest = { id: 'bo', as: 'guest' };
const at = new Date('2026-05-01T00:00:00Z');

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await openFreshDatabase());
  await database.pool.query(`create schema kit_test;
    create table kit_test.door (id uuid primary key, state text not null, version int4 not null default 1, colour text)`);
});
afterAll(() => drop());

async function newDoor(): Promise<string> {
  const id = randomUUID();
  await database.inTransaction(async (tx) => {
    await database.pool.query(`insert into kit_test.door (id, state) values ($1, 'open')`, [id]);
    await begin(tx, door, { id, by: owner, at });
  });
  return id;
}

const take = (
  id: string,
  act: Act,
  by = owner,
  more: { version?: number; set?: Record<string, unknown> } = {},
) => database.inTransaction((tx) => takeStep(tx, door, act, { id, by, at, ...more }));

const why = (step: Promise<unknown>) =>
  step.then(
    () => 'taken',
    (error: unknown) => {
      if (error instanceof StepRefused) return error.why;
      throw error;
    },
  );

const rowOf = async (id: string) =>
  (await database.pool.query('select state, version, colour from kit_test.door where id = $1', [id])).rows[0];

describe('a step', () => {
  test('changes the row and leaves the step, the audit row and the news', async () => {
    const id = await newDoor();
    expect(await take(id, 'shut', guest, { version: 1, set: { colour: 'red' } })).toBe(2);
    expect(await rowOf(id)).toEqual({ state: 'shut', version: 2, colour: 'red' });
    expect(await stepsOf(database.db, door, id)).toMatchObject([
      { version: 1, act: 'begin', from_state: null, to_state: 'open', actor: 'ada' },
      { version: 2, act: 'shut', from_state: 'open', to_state: 'shut', actor: 'bo', capacity: 'guest', at },
    ]);
    const audited = await database.db
      .selectFrom('kit.audit_log')
      .select('act')
      .where('subject', '=', id)
      .execute();
    expect(audited.map(({ act }) => act)).toEqual(['door.begin', 'door.shut']);
    const told = await database.pool.query(
      `select topic, payload from kit.outbox where payload ->> 'id' = $1 order by id`,
      [id],
    );
    expect(told.rows.at(-1)).toEqual({
      topic: 'door.shut',
      payload: { id, version: 2, from: 'open', to: 'shut' },
    });
  });

  test('that does not fit the state, the version, the capacity or anything at all is refused by name', async () => {
    const id = await newDoor();
    expect(await why(take(id, 'unlock'))).toEqual({
      code: 'NOT_NOW',
      state: 'open',
      act: 'unlock',
      possible: ['shut', 'wall_up'],
    });
    expect(await why(take(id, 'shut', owner, { version: 7 }))).toEqual({ code: 'STATE_CHANGED', version: 1 });
    expect(await why(take(id, 'wall_up', guest))).toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await why(take(randomUUID(), 'shut'))).toEqual({ code: 'NOT_FOUND' });
    expect(await rowOf(id)).toMatchObject({ state: 'open', version: 1 });
    expect(await stepsOf(database.db, door, id)).toHaveLength(1);
  });

  test('that eight take at once is taken by one', async () => {
    const id = await newDoor();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => why(take(id, 'wall_up'))));
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome !== 'taken')).toEqual(
      Array(7).fill({ code: 'NOT_NOW', state: 'gone', act: 'wall_up', possible: [] }),
    );
    expect(await stepsOf(database.db, door, id)).toHaveLength(2);
  });

  test('cannot be changed afterwards', async () => {
    await newDoor();
    await expect(database.pool.query(`update kit.transition set actor = 'somebody else'`)).rejects.toThrow();
  });
});

test('whatever is tried in whatever order, the row is where its steps say and each led on from the last', async () => {
  const acts = Object.keys(door.acts) as Act[];
  const tries = fc.array(fc.tuple(fc.constantFrom(...acts), fc.constantFrom(owner, guest)), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(tries, async (order) => {
      const id = await newDoor();
      for (const [act, by] of order) {
        const { state } = await rowOf(id);
        const possible = actsFrom(door, state, by.as).includes(act);
        expect((await why(take(id, act, by))) === 'taken').toBe(possible);
      }
      const steps = await stepsOf(database.db, door, id);
      for (const [i, step] of steps.entries()) expect(step.from_state).toBe(steps[i - 1]?.to_state ?? null);
      expect(await rowOf(id)).toMatchObject({ state: steps.at(-1)?.to_state, version: steps.length });
    }),
    { numRuns: 15, endOnFailure: true },
  );
});

test('a machine that names a state it does not have is found when it is declared', () => {
  const acts = { leave: { from: ['here'], to: 'there', who: ['owner'] } };
  const wrong = { name: 'wrong', table: 'kit_test.wrong', states: { here: '' }, begins: 'here', acts };
  expect(() => declare<string, string>(wrong)).toThrow(BrokenPromise);
});
