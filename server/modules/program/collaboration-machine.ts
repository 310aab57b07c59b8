import { declare } from '../../kit/state-machine.ts';

/** The road of a proposal of one creator to another. */
export const collaborationMachine = declare({
  name: 'collaboration',
  table: 'program.collaboration',
  states: {
    open: 'an offer waits for the answer of one of the two',
    agreed: 'they agreed: it is a proposed split of the model, or a plan for an application',
    declined: 'one of them did not want it',
    withdrawn: 'whoever proposed it took it back',
    expired: 'nobody answered in time',
  },
  begins: 'open',
  acts: {
    counter: {
      from: ['open'],
      to: 'open',
      who: ['asked'],
      guards: ['before it expires', 'neither blocked the other'],
      effects: ['another offer, which waits for the other'],
    },
    agree: {
      from: ['open'],
      to: 'agreed',
      who: ['asked'],
      guards: [
        'before it expires',
        'neither blocked the other',
        'for a model that is there: a split can be proposed',
      ],
      effects: ['for a model that is there: a proposed split, to which everybody consents as ever'],
    },
    decline: { from: ['open'], to: 'declined', who: ['asked'] },
    withdraw: { from: ['open'], to: 'withdrawn', who: ['proposer'] },
    expire: { from: ['open'], to: 'expired', who: ['timer'] },
  },
});

export type CollaborationState = keyof typeof collaborationMachine.states;
