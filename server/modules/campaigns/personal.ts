import { sql } from 'kysely';
import type { Personal } from '../../kit/personal.ts';

const MEASURED = 'what a campaign did is measured by it; it is a number among others';
const PAID = 'money was moved by it';
const RUN = 'who ran what is known';

/** Which rows are somebody's, and what becomes of them when they leave. */
export const personal: readonly Personal[] = [
  {
    ...{ table: 'campaigns.link', of: ['owner_id'] },
    ...{ ends: 'emptied', set: { label: sql`''` } },
  },
  { table: 'campaigns.trace', of: ['account_id'], but: ['hash'], ends: 'deleted' },
  {
    ...{
      table: 'campaigns.attribution',
      of: ['account_id'],
      besides: ['owner_id'],
      but: ['owner_id', 'touch_id'],
    },
    ...{ ends: 'stays', why: PAID },
  },
  { table: 'campaigns.reward', of: ['owner_id'], besides: ['account_id'], ends: 'stays', why: PAID },
  {
    ...{ table: 'campaigns.event', of: ['host_id'] },
    ...{ ends: 'emptied', set: { title: sql`'An event'`, words: sql`''`, place_url: sql`null` } },
  },
  { table: 'campaigns.event_reminder', of: ['person_id'], ends: 'deleted' },
  { table: 'campaigns.calendar_address', of: ['person_id'], but: ['secret_hash'], ends: 'deleted' },
  { table: 'campaigns.dismissal', of: ['person_id'], ends: 'deleted' },
  { table: 'campaigns.person', of: ['person_id'], ends: 'stays', why: MEASURED },
  { table: 'campaigns.told', of: ['person_id'], ends: 'stays', why: MEASURED },
  { table: 'campaigns.showing', of: ['person_id'], ends: 'stays', why: MEASURED },
  { table: 'campaigns.conversion', of: ['person_id'], ends: 'stays', why: MEASURED },
  { table: 'campaigns.credit_grant', of: ['person_id'], ends: 'stays', why: PAID },
  { table: 'campaigns.feature', of: [], besides: ['answered_by'], ends: 'stays', why: MEASURED },
  {
    ...{ table: 'campaigns.campaign', of: ['written_by'], besides: ['submitted_by', 'approved_by'] },
    ...{ but: ['seed', 'submitted_by', 'approved_by'], ends: 'stays', why: RUN },
  },
];
