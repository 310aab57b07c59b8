import { declare } from '../../kit/state-machine.ts';

/** What becomes of the bench of one revision. */
export const benchMachine = declare({
  name: 'bench',
  table: 'program.bench_sheet',
  states: {
    waiting: 'its cells are planned and nobody has begun',
    running: 'its cells are run, one after the other',
    done: 'every cell was run and at least one made something',
    failed: 'every cell was run and none made anything',
  },
  begins: 'waiting',
  acts: {
    start: { from: ['waiting'], to: 'running', who: ['system'], effects: ['a lease'] },
    take_over: {
      from: ['running'],
      to: 'running',
      who: ['system'],
      guards: ['the lease has lapsed: whoever held it stopped'],
      effects: ['goes on with the first cell that was not run'],
    },
    finish: {
      from: ['running'],
      to: 'done',
      who: ['system'],
      guards: ['no cell waits', 'the lease is still held'],
      effects: ['times, price, nearest models and findings are written'],
    },
    fail: {
      from: ['running'],
      to: 'failed',
      who: ['system'],
      guards: ['no cell waits', 'the lease is still held'],
      effects: ['findings are written'],
    },
    retry: {
      from: ['done', 'failed'],
      to: 'waiting',
      who: ['coordinator'],
      guards: ['a cell failed'],
      effects: ['the cells that failed wait again; those that made something stay'],
    },
  },
});

export type BenchState = keyof typeof benchMachine.states;
