import { expect, test } from 'vitest';
import type { RoundPlan } from '#web/api-types.ts';
import { roundDraft, roundPlan, ruleOf } from './round-draft.ts';

const PLAN: RoundPlan = {
  ...{ slug: 'slow-water', title: 'Slow water', theme: 'Water that takes its time', story: '' },
  instants: {
    opens_at: '2026-12-01T00:00:00.000Z',
    locks_at: '2026-12-22T00:00:00.000Z',
    qualifying_at: '2026-12-24T00:00:00.000Z',
    final_at: '2026-12-29T00:00:00.000Z',
    tally_at: '2027-01-01T00:00:00.000Z',
    provisional_at: '2027-01-02T00:00:00.000Z',
    disputes_until: '2027-01-05T00:00:00.000Z',
  },
  categories: [
    {
      ...{ kind: 'image', theme: '', entries_max: 3, prizes: ['1000500000000', '1'] },
      rules: [
        { kind: 'releases_listed', models: ['drift', 'ebb'] },
        { kind: 'made_in_window' },
        { kind: 'length', min_ms: 1500, max_ms: 60_000 },
        { kind: 'releases_since', since: '2026-09-01T00:00:00.000Z' },
      ],
    },
  ],
};

test('a plan that is opened and saved again is the same, to the last nano', () => {
  expect(roundPlan(roundDraft(PLAN))).toEqual(PLAN);
});

test('what was typed is sent as it is where it is nothing, for the server to say so', () => {
  const draft = roundDraft(PLAN);
  draft.instants.opens_at = '';
  const [image] = draft.categories;
  if (image) image.prizes = ['much', '', '', '', ''];
  const plan = roundPlan(draft);
  expect(plan.instants.opens_at).toBe('');
  expect(plan.categories[0]?.prizes).toEqual(['much']);
  expect(ruleOf({ kind: 'size', first: 'large', second: '' })).toMatchObject({ side_min_px: NaN });
});
