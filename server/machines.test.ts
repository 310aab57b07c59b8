import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFreshDatabase } from '../tests/setup/database.ts';
import { STATE_MACHINES_FILE, stateMachinesPage } from '../tools/tasks/docs.ts';
import type { Database } from './kit/database.ts';
import { actsFrom, begin, type Machine, StepRefused, stepsOf, takeStep } from './kit/state-machine.ts';
import { machines } from './machines.ts';

test('the page about them says what the code says', async () => {
  expect(fs.readFileSync(STATE_MACHINES_FILE, 'utf8'), 'run `npm run docs`').toBe(await stateMachinesPage());
});

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await openFreshDatabase());
  await database.pool.query(`create schema walked;
    create table walked.row (id uuid primary key, state text not null, version int4 not null default 1)`);
});
afterAll(() => drop());

const at = new Date('2026-11-23T00:00:00Z');
const by = (as: string) => ({ id: 'somebody', as });

/** The table of a machine on rows that have nothing but a state, so that only it decides. */
const bare = (machine: Machine): Machine => ({ ...machine, table: 'walked.row' });

async function rowIn(machine: Machine, state: string): Promise<string> {
  const id = randomUUID();
  await database.pool.query('insert into walked.row (id, state) values ($1, $2)', [id, state]);
  await database.inTransaction((tx) => begin(tx, machine, { id, by: by('anybody'), at }));
  return id;
}

async function outcomeOf(machine: Machine, act: string, id: string, as: string): Promise<string> {
  try {
    await database.inTransaction((tx) => takeStep(tx, machine, act, { id, by: by(as), at }));
    return 'taken';
  } catch (trouble) {
    if (trouble instanceof StepRefused) return trouble.why.code;
    throw trouble;
  }
}

const capacitiesOf = (machine: Machine) => [
  ...new Set(Object.values(machine.acts).flatMap(({ who }) => who)),
  'stranger',
];

describe.each(machines.map((machine) => [machine.name, bare(machine)] as const))('%s', (_, machine) => {
  test('every state can be reached from the first', () => {
    const reached = new Set([machine.begins]);
    for (const state of reached)
      for (const act of actsFrom(machine, state)) reached.add(machine.acts[act]?.to ?? state);
    expect([...reached].sort()).toEqual(Object.keys(machine.states).sort());
  });

  test('whatever anybody tries, it goes where the table says and nowhere else, and the steps tell the road', async () => {
    const step = fc.record({
      act: fc.constantFrom(...Object.keys(machine.acts)),
      as: fc.constantFrom(...capacitiesOf(machine)),
      leads: fc.boolean(),
      pick: fc.nat(1000),
    });
    const walks = fc.array(step, { minLength: 4, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(walks, async (walk) => {
        const id = await rowIn(machine, machine.begins);
        let state = machine.begins;
        for (const tried of walk) {
          const ways = actsFrom(machine, state);
          const act = (tried.leads && ways[tried.pick % ways.length]) || tried.act;
          const declared = machine.acts[act] ?? expect.unreachable(act);
          const as = (tried.leads && declared.who[tried.pick % declared.who.length]) || tried.as;
          const expected = !declared.who.includes(as)
            ? 'NOT_ALLOWED'
            : declared.from.includes(state)
              ? 'taken'
              : 'NOT_NOW';
          expect(await outcomeOf(machine, act, id, as), `${act} as ${as} in ${state}`).toBe(expected);
          if (expected === 'taken') state = declared.to;
        }
        const road = (await stepsOf(database.db, machine, id)).map(({ to_state }) => to_state);
        expect(road.at(-1)).toBe(state);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  test('of eight who take the same step at once one takes it, from each state that it may come from', async () => {
    for (const [act, { from, to, who }] of Object.entries(machine.acts))
      for (const state of from) {
        const id = await rowIn(machine, state);
        const as = who[0] ?? expect.unreachable(act);
        const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcomeOf(machine, act, id, as)));
        // an act that may be taken again from where it leads is taken each time, one after the other
        expect(
          outcomes.filter((outcome) => outcome === 'taken'),
          `${act} from ${state}`,
        ).toHaveLength(from.includes(to) ? 8 : 1);
        expect(await stepsOf(database.db, machine, id)).toHaveLength(from.includes(to) ? 9 : 2);
      }
  });
});
