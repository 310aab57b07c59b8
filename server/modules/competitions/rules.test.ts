import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CategoryKind, type EntryRule } from '#api/competitions/shapes.ts';
import {
  breaches,
  concerns,
  type CreationFacts,
  modelBreaches,
  personBreaches,
  reasonOf,
  sentencesOf,
} from './rules.ts';

const window = { opens_at: new Date('2026-12-01T00:00:00Z'), locks_at: new Date('2026-12-22T00:00:00Z') };
const good: CreationFacts = {
  is_own: true,
  modality: 'image',
  made_at: new Date('2026-12-05T00:00:00Z'),
  model: 'drift',
  accepted_at: new Date('2026-11-01T00:00:00Z'),
  withdrawn: false,
  uploads: 0,
  pictures_of_others: 0,
  in_bin: false,
  hidden: false,
  of_judge: false,
  side_px: 1024,
  duration_ms: null,
};
const judged = (rules: EntryRule[], change: Partial<CreationFacts> = {}) =>
  breaches({ kind: 'image', rules, window }, { ...good, ...change });

describe('each rule names what breaks it, at its very edge', () => {
  test.each<[EntryRule | null, Partial<CreationFacts>, string[]]>([
    [null, { is_own: false }, ['NOT_YOURS']],
    [null, { modality: 'video' }, ['OTHER_MEDIUM']],
    [null, { in_bin: true }, ['IN_THE_BIN']],
    [null, { hidden: true }, ['HIDDEN']],
    [null, { of_judge: true }, ['MODEL_OF_JUDGE']],
    [null, { withdrawn: true }, ['RELEASE_WITHDRAWN']],
    [{ kind: 'made_in_window' }, { made_at: window.opens_at }, []],
    [{ kind: 'made_in_window' }, { made_at: new Date(window.opens_at.getTime() - 1) }, ['MADE_TOO_EARLY']],
    [{ kind: 'made_in_window' }, { made_at: new Date(window.locks_at.getTime() - 1) }, []],
    [{ kind: 'made_in_window' }, { made_at: window.locks_at }, ['MADE_TOO_LATE']],
    [{ kind: 'no_uploads' }, { uploads: 1 }, ['FROM_AN_UPLOAD']],
    [{ kind: 'no_uploads' }, { pictures_of_others: 1 }, []],
    [{ kind: 'own_pictures_only' }, { pictures_of_others: 1 }, ['FROM_ANOTHERS']],
    [{ kind: 'releases_listed', models: ['tide', 'drift'] }, {}, []],
    [{ kind: 'releases_listed', models: ['tide'] }, {}, ['RELEASE_NOT_LISTED']],
    [{ kind: 'releases_since', since: '2026-11-01T00:00:00Z' }, {}, []],
    [{ kind: 'releases_since', since: '2026-11-01T00:00:00.001Z' }, {}, ['RELEASE_TOO_OLD']],
    [{ kind: 'size', side_min_px: 1024 }, {}, []],
    [{ kind: 'size', side_min_px: 1025 }, {}, ['TOO_SMALL']],
    [{ kind: 'length', min_ms: 1_000, max_ms: 2_000 }, { duration_ms: 999 }, ['TOO_SHORT']],
    [{ kind: 'length', min_ms: 1_000, max_ms: 2_000 }, { duration_ms: 2_000 }, []],
    [{ kind: 'length', min_ms: 1_000, max_ms: 2_000 }, { duration_ms: 2_001 }, ['TOO_LONG']],
  ])('%j with %j: %j', (rule, change, codes) => {
    expect(judged(rule ? [rule] : [], change)).toEqual(codes);
  });
});

const rule = fc.oneof(
  fc.constant<EntryRule>({ kind: 'made_in_window' }),
  fc.constant<EntryRule>({ kind: 'no_uploads' }),
  fc.constant<EntryRule>({ kind: 'own_pictures_only' }),
  fc.constant<EntryRule>({ kind: 'releases_listed', models: ['tide'] }),
  fc.constant<EntryRule>({ kind: 'releases_since', since: '2026-12-01T00:00:00Z' }),
  fc.constant<EntryRule>({ kind: 'size', side_min_px: 4_000 }),
);
const facts = fc.record({
  is_own: fc.boolean(),
  made_at: fc.date({
    min: new Date('2026-11-01'),
    max: new Date('2027-01-01'),
    noInvalidDate: true,
  }),
  uploads: fc.nat(2),
  pictures_of_others: fc.nat(2),
  in_bin: fc.boolean(),
  hidden: fc.boolean(),
  withdrawn: fc.boolean(),
});

test('one rule more never makes eligible what was not, and their order says nothing', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(rule, { selector: ({ kind }) => kind }),
      rule,
      facts,
      (rules, more, change) => {
        const before = judged(rules, change);
        const after = judged([...rules, more], change);
        expect(before.every((code) => after.includes(code))).toBe(true);
        expect(new Set(judged(rules.toReversed(), change))).toEqual(new Set(before));
      },
    ),
  );
});

test('whatever can break a category stands in its sentences, and every name has words', () => {
  fc.assert(
    fc.property(fc.uniqueArray(rule, { selector: ({ kind }) => kind }), facts, (rules, change) => {
      const said = new Set(sentencesOf('image', rules, 2).flatMap(({ codes }) => codes));
      const codes = judged(rules, change);
      expect(codes.filter((code) => !said.has(code))).toEqual([]);
      expect(codes.every((code) => reasonOf(code).says !== code)).toBe(true);
    }),
  );
});

test('of a model count who has it, its newest release and whether it may be shown; sizes say nothing of it', () => {
  const model = { is_own: true, model: 'tide', accepted_at: new Date('2026-11-05T00:00:00Z'), why_not: null };
  const ruled = (rules: EntryRule[]) => ({ kind: 'models' as const, rules, window });
  expect(modelBreaches(ruled([{ kind: 'made_in_window' }]), model)).toEqual([]);
  expect(modelBreaches(ruled([]), { ...model, accepted_at: null })).toEqual(['NO_RELEASE']);
  expect(modelBreaches(ruled([]), { ...model, why_not: 'It is claimed.' })).toEqual(['NOT_FEATURABLE']);
  const since: EntryRule = { kind: 'releases_since', since: '2026-11-06T00:00:00Z' };
  expect(modelBreaches(ruled([since]), model)).toEqual(['RELEASE_TOO_OLD']);
  for (const kind of CategoryKind.options)
    expect(concerns(kind, { kind: 'made_in_window' })).toBe(kind !== 'models');
});

test('whoever runs or judges a round, or is related to a judge, enters nothing in it', () => {
  const nobody = { runs_it: false, judges_it: false, related_to_judge: false };
  expect(personBreaches(nobody)).toEqual([]);
  expect(personBreaches({ runs_it: true, judges_it: true, related_to_judge: true })).toEqual([
    'STAFF',
    'JUDGE',
    'RELATED_TO_JUDGE',
  ]);
});
