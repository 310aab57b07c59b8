import { declare } from '../../kit/state-machine.ts';

/** The road of what somebody has against provisional results. */
export const resultDisputeMachine = declare({
  name: 'result dispute',
  table: 'competitions.dispute',
  states: {
    open: 'it waits for a decision',
    upheld: 'it is right; what follows is an act of its own',
    rejected: 'it is not, unless its author appeals in time',
    appealed: 'its author does not agree, and somebody else looks at it',
    dismissed: 'somebody else has looked at it, and it is not right',
  },
  begins: 'open',
  acts: {
    uphold: {
      from: ['open'],
      to: 'upheld',
      who: ['moderator'],
      guards: ['no part of one’s own in the category'],
    },
    reject: {
      from: ['open'],
      to: 'rejected',
      who: ['moderator'],
      guards: ['no part of one’s own in the category'],
    },
    appeal: {
      from: ['rejected'],
      to: 'appealed',
      who: ['member'],
      guards: ['it is their own', 'once', 'within 72 hours', 'the results are not final'],
      effects: ['nothing is final before it is answered'],
    },
    grant: {
      from: ['appealed'],
      to: 'upheld',
      who: ['moderator'],
      guards: ['somebody else has ruled', 'no part of one’s own in the category'],
    },
    dismiss: {
      from: ['appealed'],
      to: 'dismissed',
      who: ['moderator'],
      guards: ['somebody else has ruled', 'no part of one’s own in the category'],
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
