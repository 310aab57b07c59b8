import { declare } from '../../kit/state-machine.ts';

/** The road of an epoch. What the chain did is what its finalized blocks say. */
export const epochMachine = declare({
  name: 'epoch',
  table: 'rewards.epoch',
  states: {
    drafted: 'somebody proposes to cut it; a second person looks at it',
    cut: 'its leaves are frozen; the publisher takes its root to the chain',
    proposed: 'its root waits out the delay on the chain, and may be vetoed',
    vetoed: 'its root was vetoed; it is offered again as it is, or voided',
    voiding: 'it is to be voided; its root is kept from the chain, or taken off it',
    active: 'its root is the live one; what it committed may be claimed',
    superseded: 'a later root is live, which has all that this one had',
    voided: 'it never counted; what it committed is owed as before',
  },
  begins: 'drafted',
  acts: {
    approve: {
      from: ['drafted'],
      to: 'cut',
      who: ['finance'],
      guards: ['somebody else proposed it', 'it commits what was seen', 'what it commits lies on the chain'],
      effects: [
        'its leaves are frozen',
        'awards are committed to wallets, what is owed back taken off first',
      ],
    },
    see_pending: { from: ['cut'], to: 'proposed', who: ['chain'] },
    see_veto: { from: ['cut', 'proposed'], to: 'vetoed', who: ['chain'] },
    see_active: {
      from: ['cut', 'proposed', 'vetoed', 'voiding'],
      to: 'active',
      who: ['chain'],
      effects: ['the one before it is superseded'],
    },
    retry: { from: ['vetoed'], to: 'cut', who: ['finance'] },
    withdraw: {
      from: ['cut', 'proposed'],
      to: 'voiding',
      who: ['finance'],
      guards: ['the chain may have its root'],
      effects: ['the publisher vetoes its root if it is pending'],
    },
    void: {
      from: ['drafted', 'cut', 'vetoed', 'voiding'],
      to: 'voided',
      who: ['finance', 'chain'],
      guards: ['its root never became active', 'the chain has not got it'],
      effects: ['its commitments are reversed', 'its awards wait again'],
    },
    supersede: { from: ['active'], to: 'superseded', who: ['chain'] },
  },
});

export type EpochState = keyof typeof epochMachine.states;
export type EpochAct = keyof typeof epochMachine.acts;
