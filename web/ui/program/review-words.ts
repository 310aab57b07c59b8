import type { DeskAssignment, DeskFile } from '#web/api-types.ts';

type Tone = 'neutral' | 'accent' | 'positive' | 'warning' | 'danger' | 'info';

export const recommendationName = { accept: 'Accept', waitlist: 'Waitlist', reject: 'Reject' } as const;
export const recommendationTone = { accept: 'positive', waitlist: 'warning', reject: 'danger' } as const;

/** What is said of an assignment, to whoever looks. */
export const assignmentStates: Record<DeskAssignment['state'], { name: string; tone: Tone }> = {
  assigned: { name: 'Open', tone: 'info' },
  submitted: { name: 'Submitted', tone: 'positive' },
  declined: { name: 'Declined', tone: 'neutral' },
  voided: { name: 'Voided', tone: 'danger' },
  expired: { name: 'No longer needed', tone: 'neutral' },
  reassigned: { name: 'Given to somebody else', tone: 'warning' },
};

export const outcomeName: Record<DeskFile['decisions'][number]['outcome'], string> = {
  accepted: 'Accepted',
  accepted_with_conditions: 'Accepted with conditions',
  waitlisted: 'Waitlisted',
  rejected: 'Not accepted',
  desk_rejected: 'Refused before review',
};

export const letterName = {
  changes: 'Changes asked for',
  desk_rejection: 'Not taken into review',
  decision: 'Decision',
  appeal: 'Answer to the appeal',
  lapse: 'Lapsed',
} as const;

export const coolDowns = [
  { value: '0', label: 'At any time' },
  { value: '30', label: 'After 30 days' },
  { value: '90', label: 'After 90 days' },
  { value: 'never', label: 'Never' },
];
export const daysOf = (coolDown: string) =>
  coolDown === 'never' ? null : coolDown === '90' ? 90 : coolDown === '30' ? 30 : 0;
