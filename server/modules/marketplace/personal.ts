import type { Personal } from '../../kit/personal.ts';

const COUNTS = 'it is one of many that are counted, and names nobody';
const PLACES = 'who booked what is public, and written once';

/** Which rows are somebody's, and what becomes of them when they leave; `takeDown` has gone through what is counted. */
export const personal: readonly Personal[] = [
  { table: 'marketplace.follow', of: ['follower_id'], besides: ['creator_id'], ends: 'deleted' },
  {
    ...{ table: 'marketplace.creation', of: ['maker_id'] },
    ...{ ends: 'stays', why: 'comments of others hang on it; `takeDown` takes it back and empties it' },
  },
  {
    ...{ table: 'marketplace.creation_listing', of: ['maker_id'], but: ['terms'] },
    ...{ ends: 'stays', why: 'it is made anew of what is shown' },
  },
  {
    ...{ table: 'marketplace.creation_like', of: ['person_id'] },
    ...{ ends: 'stays', why: '`takeDown` takes it back, with its count' },
  },
  {
    ...{ table: 'marketplace.comment', of: ['author_id'] },
    ...{ ends: 'stays', why: 'replies of others hang on it; `takeDown` deletes its words' },
  },
  { table: 'marketplace.rating', of: ['author_id'], ends: 'deleted' },
  { table: 'marketplace.block', of: ['person_id'], besides: ['other_id'], ends: 'deleted' },
  {
    ...{ table: 'marketplace.notification_actor', of: ['person_id'] },
    ...{ ends: 'stays', why: 'others were told that somebody did something; that somebody has a pseudonym' },
  },
  {
    ...{ table: 'marketplace.notification', of: ['person_id'] },
    ...{ ends: 'stays', why: '`takeDown` deletes it with who it names' },
  },
  { table: 'marketplace.notification_off', of: ['person_id'], ends: 'deleted' },
  { table: 'marketplace.model_like', of: ['person_id'], ends: 'deleted' },
  { table: 'marketplace.slot_touch', of: ['person_id'], ends: 'deleted' },
  { table: 'marketplace.model_payer', of: ['payer_id'], ends: 'stays', why: COUNTS },
  { table: 'marketplace.model_user', of: ['person_id'], ends: 'stays', why: COUNTS },
  {
    ...{ table: 'marketplace.listing', of: ['creator_id'], but: ['terms'] },
    ...{ ends: 'stays', why: 'it is made anew of what can be used' },
  },
  { table: 'marketplace.listed_creator', of: ['creator_id'], but: ['terms'], ends: 'deleted' },
  { table: 'marketplace.slot_booking', of: ['booked_by'], ends: 'stays', why: PLACES },
  { table: 'marketplace.slot_change', of: ['by_id'], ends: 'stays', why: PLACES },
  { table: 'marketplace.slot_quota', of: ['set_by'], ends: 'stays', why: PLACES },
  { table: 'marketplace.slot_day', of: ['creator_id'], ends: 'stays', why: COUNTS },
];
