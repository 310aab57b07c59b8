import { declare } from '../../kit/state-machine.ts';

/** The road of what a referral brings. */
export const rewardMachine = declare({
  name: 'reward',
  table: 'campaigns.reward',
  states: {
    pending:
      'the first purchase was made; its reward is set aside in full, and waits until the payment is safe',
    settled: 'both have been given their promo credits',
    refused: 'it was never set aside: the two belong together, or the budget was used up',
    reversed: 'the payment was taken back, or the two turned out to belong together: nothing is given',
  },
  begins: 'pending',
  acts: {
    settle: {
      from: ['pending'],
      to: 'settled',
      who: ['timer'],
      guards: [
        'fourteen days have passed',
        'nobody disputes the payment',
        'the two still do not belong together',
      ],
      effects: ['promo credits for both, out of the referral budget'],
    },
    refuse: { from: ['pending'], to: 'refused', who: ['system'] },
    reverse: {
      from: ['pending', 'settled'],
      to: 'reversed',
      who: ['system', 'timer'],
      effects: ['what was set aside goes back; what was given and is not spent goes back'],
    },
  },
});

export type RewardState = keyof typeof rewardMachine.states;
