import { declare } from '../../kit/state-machine.ts';

/** The road of a member who leaves. */
export const leavingMachine = declare({
  name: 'leaving',
  table: 'identity.leaving',
  states: {
    waiting: 'they asked; until the day they can still stay',
    stayed: 'they stayed',
    going: 'the day is over: nobody signs in any more, and what was theirs is taken down step by step',
    left: 'the account has a pseudonym and nothing else',
  },
  begins: 'waiting',
  acts: {
    stay: { from: ['waiting'], to: 'stayed', who: ['member'] },
    put_off: {
      from: ['waiting'],
      to: 'waiting',
      who: ['timer'],
      guards: ['something stands in the way that was not there when they asked'],
      effects: ['it is tried again a day later'],
    },
    go: {
      from: ['waiting'],
      to: 'going',
      who: ['timer'],
      guards: ['nothing stands in the way'],
      effects: ['every session ends, and the password with it'],
    },
    end: {
      from: ['going'],
      to: 'left',
      who: ['system'],
      guards: ['nothing of theirs is left to take down'],
      effects: ['names, address and words are gone', 'a last letter'],
    },
  },
});

export type LeavingState = keyof typeof leavingMachine.states;
