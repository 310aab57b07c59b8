import { declare } from '../../kit/state-machine.ts';

const STANDING = ['submitted', 'validating', 'eligible'] as const;
const RANKED = ['finalist', 'provisional_winner', 'verified'] as const;

/** The road of an entry, from being named to an award. */
export const entryMachine = declare({
  name: 'entry',
  table: 'competitions.entry',
  states: {
    draft: 'it is being written down',
    submitted: 'it was entered and waits to be looked at',
    validating: 'the file that voters see is being prepared, and it is held against the others',
    eligible: 'it may be voted on',
    ineligible: 'the rules do not allow it',
    withdrawn: 'its author took it back',
    finalist: 'it is among those that are compared in the final',
    provisional_winner: 'it has a place, as long as nobody disputes it',
    verified: 'its place was looked at and stands',
    awarded: 'what its place brings is owed to its authors',
    disqualified: 'it was taken out, with a reason',
    declined: 'its author did not want the award',
    unresponsive: 'its author did not answer in time',
  },
  begins: 'draft',
  acts: {
    submit: {
      from: ['draft', 'withdrawn', 'ineligible'],
      to: 'submitted',
      who: ['member'],
      guards: [
        'the round is open by the clock of the server',
        'the rules allow it',
        'a place is left for each of its authors',
      ],
    },
    validate: { from: ['submitted'], to: 'validating', who: ['system'] },
    admit: {
      from: ['validating'],
      to: 'eligible',
      who: ['system'],
      guards: [
        'its file for voters is there',
        'no earlier entry is like it',
        'everybody who was named agreed',
      ],
    },
    refuse: {
      from: STANDING,
      to: 'ineligible',
      who: ['system', 'timer', 'member'],
      effects: ['its places are free again'],
    },
    withdraw: {
      from: STANDING,
      to: 'withdrawn',
      who: ['member'],
      guards: ['the round is open by the clock of the server'],
      effects: ['its places are free again'],
    },
    choose: { from: ['eligible'], to: 'finalist', who: ['system'] },
    place: { from: ['finalist'], to: 'provisional_winner', who: ['system'] },
    unplace: {
      from: ['provisional_winner', 'verified', 'awarded'],
      to: 'finalist',
      who: ['system'],
      guards: ['a later count says so'],
    },
    verify: { from: ['provisional_winner'], to: 'verified', who: ['editor', 'system'] },
    award: {
      from: ['verified'],
      to: 'awarded',
      who: ['system'],
      effects: ['what its place brings is minted'],
    },
    disqualify: {
      from: [...STANDING, ...RANKED, 'awarded'],
      to: 'disqualified',
      who: ['moderator', 'system'],
      effects: ['those after it move up'],
    },
    reinstate: {
      from: ['disqualified'],
      to: 'eligible',
      who: ['moderator'],
      guards: ['somebody else took it out', 'the results are not final'],
      effects: ['the standings, if there are any, are another version'],
    },
    reinstate_finalist: {
      from: ['disqualified'],
      to: 'finalist',
      who: ['moderator'],
      guards: ['somebody else took it out', 'the results are not final', 'it was found to be a finalist'],
      effects: ['the standings, if there are any, are another version'],
    },
    look_again: {
      from: ['disqualified'],
      to: 'submitted',
      who: ['moderator'],
      guards: ['somebody else took it out', 'it had not been looked at', 'nobody votes yet'],
    },
    decline: {
      from: ['provisional_winner', 'verified', 'awarded'],
      to: 'declined',
      who: ['member', 'system'],
      effects: ['those after it move up'],
    },
    lapse: {
      from: ['provisional_winner', 'verified', 'awarded'],
      to: 'unresponsive',
      who: ['timer', 'system'],
      effects: ['those after it move up'],
    },
  },
});

export type EntryState = keyof typeof entryMachine.states;
export type EntryAct = keyof typeof entryMachine.acts;
