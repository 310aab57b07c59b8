import { declare } from '../../kit/state-machine.ts';

/** What becomes of a review that somebody was asked for. */
export const reviewMachine = declare({
  name: 'assignment',
  table: 'program.assignment',
  states: {
    assigned: 'the reviewer was asked and is writing',
    submitted: 'the review is in',
    declined: 'the reviewer said no, with the reason',
    voided: 'a conflict of interest was found: the review counts for nothing',
    expired: 'the application was decided or taken back before the review came',
    reassigned: 'the reviewer was silent for too long, and somebody else was asked',
  },
  begins: 'assigned',
  acts: {
    submit: {
      from: ['assigned'],
      to: 'submitted',
      who: ['reviewer'],
      guards: ['the application is being reviewed', 'the reviewer has no conflict of interest'],
      effects: ['an immutable review', 'at the quorum the panel deliberates'],
    },
    amend: {
      from: ['submitted'],
      to: 'submitted',
      who: ['reviewer'],
      guards: ['nothing is decided yet'],
      effects: ['another version of the review; the one before stays'],
    },
    renew: {
      from: ['submitted'],
      to: 'assigned',
      who: ['coordinator', 'chair'],
      guards: ['there is a newer revision'],
      effects: ['the reviewer looks at the newer revision'],
    },
    decline: { from: ['assigned'], to: 'declined', who: ['reviewer'], effects: ['somebody else is asked'] },
    void: {
      from: ['assigned', 'submitted'],
      to: 'voided',
      who: ['system', 'reviewer'],
      guards: ['there is a conflict of interest'],
      effects: ['the quorum is counted again'],
    },
    expire: { from: ['assigned'], to: 'expired', who: ['system', 'timer'] },
    reassign: { from: ['assigned'], to: 'reassigned', who: ['timer'], effects: ['somebody else is asked'] },
  },
});

export type AssignmentState = keyof typeof reviewMachine.states;
export type AssignmentAct = keyof typeof reviewMachine.acts;
