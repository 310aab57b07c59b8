import { declare } from '../../kit/state-machine.ts';

/** The road of an offer to take over a published model. */
export const transferMachine = declare({
  name: 'transfer',
  table: 'program.transfer',
  states: {
    offered: 'it waits for the answer of whoever would take the model over',
    accepted: 'the model is theirs, with its agreement, its split and what children owe it',
    declined: 'they did not want it',
    expired: 'they did not answer in time',
    withdrawn: 'the owner took the offer back, or the model went another way',
  },
  begins: 'offered',
  acts: {
    accept: {
      from: ['offered'],
      to: 'accepted',
      who: ['receiver'],
      guards: [
        'before it expires',
        'the terms that were read are those in force',
        'the model is as it was shown',
        'no split waits, and no claim is open on the model',
        'the standing of both allows it',
      ],
      effects: [
        'an acceptance with its evidence',
        'an agreement and a split in force from that instant',
        'new royalty tables of the releases that owe to this model',
        'the role of a creator',
      ],
    },
    decline: { from: ['offered'], to: 'declined', who: ['receiver'] },
    expire: { from: ['offered'], to: 'expired', who: ['timer'] },
    withdraw: { from: ['offered'], to: 'withdrawn', who: ['owner', 'system'] },
  },
});

export type TransferState = keyof typeof transferMachine.states;
