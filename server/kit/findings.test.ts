import { inWords } from '@stellary/proofs';
import { expect, test } from 'vitest';
import { findingsOf, gather, SUBJECTS_MAX } from './findings.ts';

test('what was looked at is told once each, with where it does not hold', () => {
  const { violations, find } = gather();
  find('sums hold', 'row 2');
  find('sums hold', 'row 7');
  find('sums hold', 'row 2');
  const findings = findingsOf({
    checked: ['chains hold', 'sums hold', 'chains hold'],
    violations,
    notes: [],
  });
  expect(inWords(findings)).toEqual(['holds  chains hold', 'FAILS  sums hold: row 2, row 7']);
});

test('of what is wrong everywhere only the first places are told, of each invariant', () => {
  const { violations, find } = gather();
  for (let row = 0; row < 100; row += 1) find('sums hold', `row ${row}`);
  find('chains hold', 'batch 1');
  expect(violations).toHaveLength(SUBJECTS_MAX + 1);
  expect(violations.at(-1)).toEqual({ invariant: 'chains hold', subject: 'batch 1' });
});
