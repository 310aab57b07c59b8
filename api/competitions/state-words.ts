/** What the states of a round's things mean for whoever reads them. */
import type { JudgeConflict } from './results-shapes.ts';
import type { AwardState, EntryState, RoundState } from './shapes.ts';

/** What comes next by itself, and at which of its instants the answer says. */
export const nextWords: Partial<Record<RoundState, string>> = {
  scheduled: 'It opens',
  open: 'Entries close',
  locked: 'Voting begins',
  qualifying: 'The final begins',
  final_round: 'Voting ends',
  tally: 'The result is out by then',
  provisional: 'It may be disputed until then',
  dispute_window: 'It may be disputed until then',
};

export const entrySays: Record<EntryState, string> = {
  draft: 'It is being written down.',
  submitted: 'It was entered and waits to be looked at.',
  validating: 'The file that voters see is being prepared, and it is held against the others.',
  eligible: 'It may be voted on.',
  ineligible: 'The rules do not allow it.',
  withdrawn: 'You took it back.',
  finalist: 'It is among those that are compared in the final.',
  provisional_winner: 'It has a place, as long as nobody disputes it.',
  verified: 'Its place was looked at and stands.',
  awarded: 'What its place brings is owed to its authors.',
  disqualified: 'It was taken out, with a reason.',
  declined: 'Its author did not want the award.',
  unresponsive: 'Its author did not answer in time.',
};

export const awardSays: Record<AwardState, string> = {
  created: 'It is yours if you take it: then it is owed to you.',
  accepted: 'You take it.',
  declined: 'You left it.',
  payable: 'It is committed to your wallet.',
  paid: 'It was paid.',
  expired: 'It was not answered in time, or no wallet was linked.',
  revoked: 'It was taken back: the standings changed.',
};

const conflicts: Record<Exclude<JudgeConflict['kind'], 'declared'>, string> = {
  own_entry: 'They have an entry in this category.',
  collaborator: 'They are named in an entry of this category.',
  relation:
    'They are near to somebody who has an entry: they share earnings, a device, or one brought the other here.',
  model_creator: 'An entry was made with a model of theirs.',
  organiser: 'They set up this round and its prizes.',
  office: 'They are an editor, a moderator or an admin, and may see whose an entry is.',
};
/** What somebody declared is said in their own words. */
export const conflictWords = ({ kind, says }: JudgeConflict): string =>
  kind === 'declared' ? says : conflicts[kind];
