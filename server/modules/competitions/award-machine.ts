import { declare } from '../../kit/state-machine.ts';

/** The road of what is owed for a place. From `payable` on it is the epochs and the chain that take the steps. */
export const awardMachine = declare({
  name: 'award',
  table: 'competitions.award',
  states: {
    created: 'it is owed, and the winner is asked',
    accepted: 'the winner takes it',
    declined: 'the winner leaves it',
    payable: 'an epoch committed it to a wallet; nobody takes it back any more',
    paid: 'it was claimed, or taken off what its winner owed back',
    expired: 'nobody answered, or no wallet was linked in time',
    revoked: 'it was taken back, with a reason',
  },
  begins: 'created',
  acts: {
    accept: { from: ['created'], to: 'accepted', who: ['winner'] },
    keep: {
      from: ['created'],
      to: 'accepted',
      who: ['system'],
      guards: ['they took it for the same entry, before the standings changed'],
    },
    decline: { from: ['created'], to: 'declined', who: ['winner'], effects: ['its amount goes back'] },
    lapse: { from: ['created'], to: 'expired', who: ['timer'], effects: ['its amount goes back'] },
    clear: { from: ['accepted'], to: 'payable', who: ['finance'], guards: ['an epoch is cut with it'] },
    put_back: { from: ['payable'], to: 'accepted', who: ['system'], guards: ['its epoch was voided'] },
    pay: {
      from: ['payable'],
      to: 'paid',
      who: ['system'],
      guards: ['a final block says that it was claimed'],
    },
    expire: {
      from: ['accepted'],
      to: 'expired',
      who: ['timer'],
      effects: ['its amount goes back'],
    },
    revoke: {
      from: ['created', 'accepted'],
      to: 'revoked',
      who: ['system'],
      guards: ['the standings changed'],
      effects: ['its amount goes back'],
    },
  },
});

export type AwardState = keyof typeof awardMachine.states;
export type AwardAct = keyof typeof awardMachine.acts;
