import { declare } from '../../kit/state-machine.ts';

/** The road of somebody who is asked to judge a category. */
export const judgeMachine = declare({
  name: 'judge',
  table: 'competitions.judge',
  states: {
    invited: 'they were asked',
    accepted: 'they judge, and declared that nothing stands against it',
    declined: 'they do not',
    recused: 'they stepped back; their ranking does not count',
    void: 'their ranking does not count, with the reason',
  },
  begins: 'invited',
  acts: {
    accept: {
      from: ['invited'],
      to: 'accepted',
      who: ['judge'],
      guards: [
        'no conflict of interest is known',
        'they declare that there is none',
        'the final is not over',
      ],
    },
    decline: { from: ['invited'], to: 'declined', who: ['judge'] },
    recuse: { from: ['accepted'], to: 'recused', who: ['judge'], guards: ['the category is not counted'] },
    void: {
      from: ['invited', 'accepted'],
      to: 'void',
      who: ['system', 'editor'],
      guards: [
        'a conflict of interest was found late, or nothing was committed or revealed in time',
        'once the results are out somebody else has opened a case',
      ],
    },
  },
});

export type JudgeState = keyof typeof judgeMachine.states;
export type JudgeAct = keyof typeof judgeMachine.acts;
