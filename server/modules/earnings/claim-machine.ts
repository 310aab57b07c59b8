import { declare } from '../../kit/state-machine.ts';

/** The road of a claim of rights to a model, or to one leg of what it earns. */
export const claimMachine = declare({
  name: 'claim',
  table: 'earnings.claim',
  states: {
    filed: 'it was filed, and nobody has looked at it yet',
    admitted: 'what the claimed leg earns is set aside from here on; the respondent may answer',
    heard: 'the respondent answered, or the time for it is over; somebody proposes how it ends',
    awaiting_signature: 'somebody proposed to uphold it, and somebody else has to sign',
    upheld: 'what was set aside is the claimant’s, and so is what the leg earns from then on',
    rejected: 'what was set aside went back to where it would be without the claim',
    dismissed: 'it was not admitted, with the reason; nothing was ever set aside',
    withdrawn: 'the claimant took it back; what was set aside went back',
  },
  begins: 'filed',
  acts: {
    admit: {
      from: ['filed'],
      to: 'admitted',
      who: ['moderator'],
      guards: ['no conflict of interest', 'no other claim on the model is admitted'],
      effects: ['a case that sets aside what the leg earns', 'the time to answer begins'],
    },
    dismiss: { from: ['filed'], to: 'dismissed', who: ['moderator'], guards: ['no conflict of interest'] },
    answer: {
      from: ['admitted', 'heard'],
      to: 'heard',
      who: ['respondent'],
      guards: ['not answered before'],
    },
    let_pass: { from: ['admitted'], to: 'heard', who: ['timer'], guards: ['the time to answer is over'] },
    propose: {
      from: ['heard'],
      to: 'awaiting_signature',
      who: ['moderator'],
      guards: ['no conflict of interest'],
    },
    decline_to_sign: {
      from: ['awaiting_signature'],
      to: 'heard',
      who: ['moderator'],
      guards: ['no conflict of interest', 'somebody else proposed it'],
    },
    uphold: {
      from: ['awaiting_signature'],
      to: 'upheld',
      who: ['moderator'],
      guards: ['no conflict of interest', 'somebody else proposed it'],
      effects: [
        'what was set aside is the claimant’s',
        'a new split, royalty table or owner; or the end of its releases',
      ],
    },
    reject: {
      from: ['admitted', 'heard'],
      to: 'rejected',
      who: ['moderator'],
      guards: ['no conflict of interest'],
      effects: ['what was set aside goes back'],
    },
    withdraw: {
      from: ['filed', 'admitted', 'heard', 'awaiting_signature'],
      to: 'withdrawn',
      who: ['claimant'],
      effects: ['what was set aside goes back'],
    },
  },
});

export type ClaimState = keyof typeof claimMachine.states;
export type ClaimAct = keyof typeof claimMachine.acts;
