import type { CategoryKind, Entry, RoundState } from '#web/api-types.ts';
import { LANGUAGE, number } from '../language.ts';

export const kindNames: Record<CategoryKind, string> = {
  image: 'Images',
  video: 'Videos',
  music: 'Music',
  models: 'Models',
};

type Tone = 'neutral' | 'accent' | 'positive' | 'warning' | 'danger' | 'info';
type Face = { name: string; tone: Tone; says: string };

/** How a round is shown in each of its states. */
export const faces: Record<RoundState, Face> = {
  draft: { name: 'Draft', tone: 'neutral', says: 'It is being written.' },
  scheduled: {
    name: 'Announced',
    tone: 'info',
    says: 'Rules and prizes are fixed, and the prizes are set aside.',
  },
  open: { name: 'Open', tone: 'positive', says: 'Entries are taken.' },
  locked: {
    name: 'Entries closed',
    tone: 'info',
    says: 'Every entry is checked before the first vote is cast.',
  },
  qualifying: {
    name: 'Voting',
    tone: 'accent',
    says: 'The community compares blind pairs. The twenty strongest of each category go to the final.',
  },
  final_round: {
    name: 'Final',
    tone: 'accent',
    says: 'The community votes anew among the finalists, and experts rank them blind.',
  },
  tally: { name: 'Counting', tone: 'info', says: 'Votes and rankings are being counted.' },
  provisional: {
    name: 'Provisional results',
    tone: 'warning',
    says: 'The results are published, and can be recounted and disputed.',
  },
  dispute_window: {
    name: 'Provisional results',
    tone: 'warning',
    says: 'The results are published, and can be recounted and disputed.',
  },
  final: { name: 'Results', tone: 'positive', says: 'The results are final.' },
  settled: { name: 'Results', tone: 'positive', says: 'The results are final, and the prizes are given.' },
  archived: { name: 'Results', tone: 'neutral', says: 'The results are final, and the prizes are given.' },
  suspended: {
    name: 'Suspended',
    tone: 'warning',
    says: 'It stands still. Everything that is to come moves by as long as it does.',
  },
  cancelled: { name: 'Cancelled', tone: 'danger', says: 'It was called off. All prizes went back.' },
};

/** What comes at the next instant, as a countdown is named. */
export const comesNext: Partial<Record<RoundState, string>> = {
  scheduled: 'Opens in',
  open: 'Entries close in',
  locked: 'Voting begins in',
  qualifying: 'First votes end in',
  final_round: 'The final ends in',
  provisional: 'Disputes end in',
  dispute_window: 'Disputes end in',
};

export { resultsAreOut as hasResults } from '../../../api/competitions/results-out.ts';
export const isVoted = (state: RoundState) => state === 'qualifying' || state === 'final_round';

/** 1 -> "1st" */
export const placeName = (place: number) => ({ 1: '1st', 2: '2nd', 3: '3rd' })[place] ?? `${number(place)}th`;

export const entryStates: Record<Entry['state'], { name: string; tone: Tone }> = {
  draft: { name: 'Draft', tone: 'neutral' },
  submitted: { name: 'Being checked', tone: 'info' },
  validating: { name: 'Being checked', tone: 'info' },
  eligible: { name: 'Stands', tone: 'positive' },
  ineligible: { name: 'Not eligible', tone: 'danger' },
  withdrawn: { name: 'Withdrawn', tone: 'neutral' },
  finalist: { name: 'In the final', tone: 'accent' },
  provisional_winner: { name: 'Provisional winner', tone: 'accent' },
  verified: { name: 'Winner', tone: 'accent' },
  awarded: { name: 'Winner', tone: 'accent' },
  disqualified: { name: 'Disqualified', tone: 'danger' },
  declined: { name: 'Declined', tone: 'neutral' },
  unresponsive: { name: 'Not answered', tone: 'neutral' },
};

/** What is gone of them takes none of the places that one has. */
export const stands = ({ state }: Pick<Entry, 'state'>) => state !== 'withdrawn' && state !== 'ineligible';

/** "2026-12-01" -> "December 2026" */
export const monthOf = (month: string) =>
  new Date(`${month.slice(0, 7)}-01T00:00:00Z`).toLocaleDateString(LANGUAGE, {
    ...{ month: 'long', year: 'numeric', timeZone: 'UTC' },
  });

const ACTS: Record<string, string> = {
  begin: 'Begun',
  propose: 'Handed to a second person',
  send_back: 'Sent back',
  approve: 'Approved and announced',
  open: 'Opened',
  extend: 'Entries taken longer',
  lock: 'Entries closed',
  qualify: 'Voting began',
  begin_final: 'The final began',
  tally: 'Voting ended',
  publish: 'Results published',
  open_disputes: 'Disputes opened',
  prolong_disputes: 'Disputes taken longer',
  confirm: 'Confirmed by two',
  settle: 'Settled',
  archive: 'Archived',
  suspend: 'Suspended',
  resume: 'Goes on',
  cancel: 'Cancelled',
};
export const actInWords = (act: string): string => ACTS[act] ?? act.replaceAll('_', ' ');
