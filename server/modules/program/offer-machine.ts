import { declare } from '../../kit/state-machine.ts';

/** The road of an offer: an agreement that an accepted applicant may sign. */
export const offerMachine = declare({
  name: 'offer',
  table: 'program.offer',
  states: {
    open: 'it waits for the signature',
    signed: 'signed: the agreement holds and the model is published',
    declined: 'the applicant did not want it',
    lapsed: 'it was not signed in time',
    superseded: 'another offer took its place, or its application was withdrawn',
  },
  begins: 'open',
  acts: {
    sign: {
      from: ['open'],
      to: 'signed',
      who: ['applicant'],
      guards: [
        'before it expires',
        'the digest of the terms is that of the terms offered',
        'everybody in the team consents',
        'the files and the revision are those that were reviewed',
        'the parents may still be built on',
      ],
      effects: [
        'an acceptance with its evidence',
        'the agreement, whose terms are pinned',
        'the model, its release, its split and its royalties',
        'the role of a creator',
      ],
    },
    decline: {
      from: ['open'],
      to: 'declined',
      who: ['applicant'],
      effects: ['the application is withdrawn'],
    },
    lapse: { from: ['open'], to: 'lapsed', who: ['timer'] },
    supersede: { from: ['open'], to: 'superseded', who: ['chair', 'system'] },
  },
});

export type OfferState = keyof typeof offerMachine.states;
