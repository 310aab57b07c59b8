/** The rules of a round in plain words, why something is not eligible, and who may vote. */
import { count, instantOf, list, number } from '../language.ts';
import type { RuleLine } from './shapes.ts';
import type { VoterClass, VotingFact, WhyNotVote } from './voting-shapes.ts';

export function ruleWords(rule: RuleLine): string {
  switch (rule.kind) {
    case 'own_model':
      return 'You enter models of your own.';
    case 'newest_release':
      return 'What is entered is its newest accepted release; it is listed, in use, and nobody claims it.';
    case 'own_creation':
      return 'You made it here yourself, and keep it.';
    case 'medium':
      return media[rule.medium];
    case 'not_hidden':
      return 'No moderator has hidden it.';
    case 'release_stands':
      return 'The release that it was made with is not withdrawn when it is entered.';
    case 'not_of_judges':
      return 'It was made with no model of somebody who judges this category.';
    case 'no_copy':
      return 'It is not a copy of an entry: of two that are alike the first one stays.';
    case 'entries':
      return rule.entries_max === 1
        ? 'One person stands in one entry.'
        : `One person stands in ${number(rule.entries_max)} entries at most; the best one counts.`;
    case 'no_office':
      return 'Whoever runs the round, judges this category or is related to a judge of it does not enter.';
    case 'releases_listed':
      return `The model is one of: ${list(rule.models.toSorted())}.`;
    case 'releases_since':
      return `The release was accepted on ${instantOf(rule.since)} or later.`;
    case 'made_in_window':
      return 'It was made after the round opened, and before it locked.';
    case 'no_uploads':
      return 'It was made from no picture that was uploaded.';
    case 'own_pictures_only':
      return 'What it was made from, you made here yourself.';
    case 'size':
      return `Its longest side has ${count(rule.side_min_px, 'pixel')} at least.`;
    case 'length':
      return `It lasts from ${number(rule.min_ms / 1000)} s to ${number(rule.max_ms / 1000)} s.`;
  }
}
const media = {
  image: 'It is an image.',
  video: 'It is a video.',
  music: 'It is a piece of music.',
} as const;

/** Every name of a reason with what it tells, in one place: what is refused and what is previewed say the same. */
export const ENTRY_REASONS = {
  NOT_YOURS: 'It is not yours.',
  OTHER_MEDIUM: 'It is of another medium.',
  IN_THE_BIN: 'It lies in the bin.',
  HIDDEN: 'A moderator has hidden it.',
  MODEL_OF_JUDGE: 'The model that it was made with is of somebody who judges this category.',
  RELEASE_WITHDRAWN: 'The release that it was made with was withdrawn.',
  RELEASE_NOT_LISTED: 'It was made with a model that is not on the list of this category.',
  RELEASE_TOO_OLD: 'The release that it was made with was accepted too early.',
  MADE_TOO_EARLY: 'It was made before the round opened.',
  MADE_TOO_LATE: 'It was made after the round had locked.',
  FROM_AN_UPLOAD: 'It was made from a picture that was uploaded.',
  FROM_ANOTHERS: 'It was made from a picture of somebody else.',
  TOO_SMALL: 'It is too small.',
  TOO_SHORT: 'It is too short.',
  TOO_LONG: 'It is too long.',
  NO_RELEASE: 'No release of it is in use.',
  NOT_NEWEST: 'There is a newer release of it.',
  NOT_FEATURABLE: 'The model may not be shown.',
  STAFF: 'Whoever runs the round enters nothing in it.',
  JUDGE: 'Whoever judges a category enters nothing in it.',
  RELATED_TO_JUDGE: 'Somebody who judges this category is related to you.',
  NO_PLACE_LEFT: 'You stand in as many entries of this category as one person may.',
  STANDS: 'It stands in this category.',
  LOOKS_ALIKE: 'It looks too much like an entry that came before it.',
  SOUNDS_ALIKE: 'It sounds too much like an entry that came before it.',
  MODEL_RIGHTS:
    'The model that it was made with infringes the rights of somebody. Until the round locks you may enter something else in its place, once.',
  UNREADABLE: 'Its file could not be prepared for those who vote.',
  NOT_AGREED: 'Not everybody who was named as having made it agreed in time.',
  DISAGREED: 'Somebody who was named as having made it said that they did not.',
} as const;
export type EntryReasonCode = keyof typeof ENTRY_REASONS;
const isReason = (code: string): code is EntryReasonCode => Object.hasOwn(ENTRY_REASONS, code);
/** What a kept name tells; of names that others gave, nothing but the name. */
export const reasonWords = (code: string): string => (isReason(code) ? ENTRY_REASONS[code] : code);

/** Of bought credits and generations one is enough. */
export const CHARGED_MIN = 10;

export const factWords: Record<VotingFact['name'], string> = {
  before_announcement: 'Your account was there before the round was announced.',
  verified_email: 'Your e-mail address is verified.',
  bought: 'You have bought credits.',
  charged_generations: `You have generated ${number(CHARGED_MIN)} times with models of others.`,
  phone: 'You have a verified phone. We do not ask for phones yet.',
  passkey: 'You sign in with a passkey. We do not offer passkeys yet.',
  no_office: 'You neither run this round nor judge in it.',
  no_entry: 'You have no entry in this category.',
};

export const whyNotVoteWords: Record<WhyNotVote, string> = {
  nobody_votes: 'Nobody votes now.',
  before_announcement: 'Your account was opened after this round was announced.',
  verified_email: 'Your e-mail address is not verified.',
  no_office: 'You run this round, or judge in it, or are close to somebody who judges.',
  no_entry: 'You have an entry in this category. Your voice would count for nothing here.',
  unknown: `Buy credits, or generate ${number(CHARGED_MIN)} times with models of others: then we know that you are somebody.`,
};

export const countsAs: Record<VoterClass, string> = {
  established: 'A whole voice.',
  new: 'A quarter of a voice: your account was younger than 30 days when the round opened.',
};
