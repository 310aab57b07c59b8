import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { STATE_MACHINES_FILE, stateMachinesPage } from '../tools/tasks/docs.ts';
import { actsFrom } from './kit/state-machine.ts';
import { machines } from './machines.ts';

test('the page about them says what the code says', async () => {
  expect(fs.readFileSync(STATE_MACHINES_FILE, 'utf8'), 'run `npm run docs`').toBe(await stateMachinesPage());
});

describe.each(machines.map((machine) => [machine.name, machine] as const))('%s', (_, machine) => {
  test('every state can be reached from the first', () => {
    const reached = new Set([machine.begins]);
    for (const state of reached)
      for (const act of actsFrom(machine, state)) reached.add(machine.acts[act]?.to ?? state);
    expect([...reached].sort()).toEqual(Object.keys(machine.states).sort());
  });
});
