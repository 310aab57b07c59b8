import { declare } from '../../kit/state-machine.ts';

/** The road of what somebody has against provisional results. */
export const resultDisputeMachine = declare({
  name: 'result dispute',
  table: 'competitions.dispute',
  states: {
    open: 'it waits for a decision',
    upheld: 'it is right; what follows is an act of its own',
    rejected: 'it is not',
  },
  begins: 'open',
  acts: {
    uphold: {
      from: ['open'],
      to: 'upheld',
      who: ['moderator'],
      guards: ['no entry of one’s own in the category'],
    },
    reject: {
      from: ['open'],
      to: 'rejected',
      who: ['moderator'],
      guards: ['no entry of one’s own in the category'],
    },
  },
});

/** The road of something odd that somebody looks into. */
export const integrityCaseMachine = declare({
  name: 'integrity case',
  table: 'competitions.integrity_case',
  states: { open: 'somebody looks into it', closed: 'somebody has, and said what came of it' },
  begins: 'open',
  acts: { close: { from: ['open'], to: 'closed', who: ['moderator'] } },
});

export type ResultDisputeState = keyof typeof resultDisputeMachine.states;
export type IntegrityCaseState = keyof typeof integrityCaseMachine.states;
