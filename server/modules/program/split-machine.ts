import { declare } from '../../kit/state-machine.ts';

/** The road of a proposed division of a creator's share. */
export const splitMachine = declare({
  name: 'split',
  table: 'program.split_proposal',
  states: {
    proposed: 'it waits for the consent of those whom it asks',
    accepted: 'everybody whom it asked consented; it holds from the signature or from its date on',
    active: 'earnings are divided by it',
    superseded: 'a newer one took its place',
    declined: 'somebody did not consent',
    expired: 'somebody did not answer in time',
    withdrawn: 'whoever proposed it took it back',
  },
  begins: 'proposed',
  acts: {
    accept: {
      from: ['proposed'],
      to: 'accepted',
      who: ['system'],
      guards: ['everybody consented who is new or whose part falls'],
    },
    decline: { from: ['proposed'], to: 'declined', who: ['collaborator'], guards: ['before it expires'] },
    expire: { from: ['proposed'], to: 'expired', who: ['timer'] },
    withdraw: { from: ['proposed', 'accepted'], to: 'withdrawn', who: ['owner', 'system'] },
    activate: { from: ['accepted'], to: 'active', who: ['owner', 'timer'], guards: ['its date has come'] },
    supersede: { from: ['active'], to: 'superseded', who: ['timer', 'system'] },
  },
});

export type SplitState = keyof typeof splitMachine.states;
