import { expect, test } from 'vitest';
import type { RoundState } from '#web/api-types.ts';
import { stepsOf } from './timeline.ts';

const instants = {
  opens_at: '2026-12-01T00:00:00.000Z',
  locks_at: '2026-12-22T00:00:00.000Z',
  qualifying_at: '2026-12-24T00:00:00.000Z',
  final_at: '2026-12-29T00:00:00.000Z',
  tally_at: '2027-01-01T00:00:00.000Z',
  provisional_at: '2027-01-02T00:00:00.000Z',
  disputes_until: '2027-01-05T00:00:00.000Z',
};
const how = (state: RoundState, now: string) => stepsOf(state, instants, now).map((step) => step.how);

test('a round stands where the server says, whatever the calendar would have it', () => {
  // entries are still being checked although voting was to begin
  expect(how('locked', '2026-12-24T05:00:00.000Z').slice(0, 3)).toEqual(['over', 'now', 'to come']);
  expect(how('scheduled', '2026-12-02T00:00:00.000Z')).not.toContain('now');
  expect(how('dispute_window', '2027-01-03T00:00:00.000Z')[4]).toBe('now');
  expect(new Set(how('archived', '2027-02-01T00:00:00.000Z'))).toEqual(new Set(['over']));
});

test('one that stands still stands where it was', () => {
  expect(how('suspended', '2026-12-25T00:00:00.000Z').indexOf('now')).toBe(2);
});
