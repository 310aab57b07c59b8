import { declare } from '../../kit/state-machine.ts';

/** The road of what is owed for a place. From `payable` on it is the part that pays which takes the steps. */
export const awardMachine = declare({
  name: 'award',
  table: 'competitions.award',
  states: {
    created: 'it is owed, and the winner is asked',
    accepted: 'the winner takes it',
    declined: 'the winner leaves it',
    payable: 'it may be claimed',
    paid: 'it was claimed',
    expired: 'nobody answered, or nobody claimed it in time',
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
    clear: { from: ['accepted'], to: 'payable', who: ['finance', 'system'] },
    pay: { from: ['payable'], to: 'paid', who: ['system'] },
    expire: {
      from: ['accepted', 'payable'],
      to: 'expired',
      who: ['timer'],
      effects: ['its amount goes back'],
    },
    revoke: {
      from: ['created', 'accepted', 'payable'],
      to: 'revoked',
      who: ['system'],
      guards: ['the standings changed'],
      effects: ['its amount goes back'],
    },
  },
});

export type AwardState = keyof typeof awardMachine.states;
export type AwardAct = keyof typeof awardMachine.acts;
