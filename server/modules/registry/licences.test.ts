import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { knownLicence, licenceConflicts, licenceOfLine, LICENCES } from './licences.ts';

const licence = fc.constantFrom(...LICENCES);
const parent = fc.record({
  name: fc.constantFrom('Waves', 'Drift'),
  licence: fc.option(licence, { nil: null }),
  path: fc.nat(7).map((place) => `lineage.parents.${place}`),
});
const parents = fc.array(parent, { maxLength: 4 });
const own = fc.option(licence, { nil: null });

const of = (id: string, ...parent_ids: (string | null)[]) =>
  licenceConflicts(
    knownLicence(id) ?? null,
    parent_ids.map((parent_id, place) => ({
      name: 'Waves',
      licence: parent_id === null ? null : (knownLicence(parent_id) ?? null),
      path: `lineage.parents.${place}`,
    })),
  ).map(({ message }) => message);

describe('what always holds', () => {
  test('a model made from nothing else has no conflict', () => {
    fc.assert(
      fc.property(own, (mine) => {
        expect(licenceConflicts(mine, [])).toEqual([]);
      }),
    );
  });

  test('each parent is judged by itself: more of them never take a conflict away', () => {
    fc.assert(
      fc.property(own, parents, (mine, from) => {
        const each = from.flatMap((one) => licenceConflicts(mine, [one]));
        expect(licenceConflicts(mine, from)).toEqual(each);
      }),
    );
  });

  test('nothing unknown, nothing without derivatives and nothing non-commercial passes', () => {
    fc.assert(
      fc.property(own, parent, (mine, from) => {
        const passes = licenceConflicts(mine, [from]).length === 0;
        if (passes) expect(from.licence?.terms).toMatchObject({ derivatives: true, commercial_use: true });
      }),
    );
  });

  test('what passes asks for no less than its parent', () => {
    fc.assert(
      fc.property(licence, licence, (mine, from) => {
        if (licenceConflicts(mine, [{ name: 'a', licence: from, path: 'p' }]).length > 0) return;
        expect(!from.terms.attribution || mine.terms.attribution).toBe(true);
        expect(!from.terms.use_restrictions || mine.terms.use_restrictions).toBe(true);
        expect(!from.terms.share_alike || mine.id === from.id).toBe(true);
      }),
    );
  });

  test('every conflict names its parent and says why', () => {
    fc.assert(
      fc.property(own, parents, (mine, from) => {
        for (const { path, message } of licenceConflicts(mine, from)) {
          expect(from.map((one) => one.path)).toContain(path);
          expect(message).toMatch(/^(Waves|Drift) .+\.$/);
        }
      }),
    );
  });
});

describe('pinned', () => {
  test.each([
    ['MIT', 'CC0-1.0'],
    ['Apache-2.0', 'MIT'],
    ['CC-BY-SA-4.0', 'CC-BY-SA-4.0'],
    ['OpenRAIL++-M', 'CreativeML-OpenRAIL-M'],
    ['proprietary', 'Apache-2.0'],
    ['CC0-1.0', 'stellary-house'],
  ])('%s from %s', (mine, from) => expect(of(mine, from)).toEqual([]));

  test.each([
    ['MIT', 'CC-BY-NC-4.0', /no commercial use/],
    ['MIT', 'CC-BY-ND-4.0', /nothing to be made from it/],
    ['MIT', 'proprietary', /nothing to be made from it/],
    ['MIT', 'CC-BY-SA-4.0', /must come under the same/],
    ['MIT', 'CreativeML-OpenRAIL-M', /restrictions of use/],
    ['CC0-1.0', 'MIT', /asks to be named/],
    ['MIT', null, /not known here/],
  ])('%s not from %s', (mine, from, why) => expect(of(mine, from).join()).toMatch(why));

  test('words of one’s own pass no restrictions on, and share nothing alike', () => {
    expect(of('own words', 'OpenRAIL++-M').join()).toMatch(/not known to pass on/);
    expect(of('own words', 'CC-BY-SA-4.0').join()).toMatch(/must come under the same/);
    expect(of('own words', 'MIT')).toEqual([]);
  });

  test('ids are unique, and a line that says something else is not a known licence', () => {
    expect(new Set(LICENCES.map(({ id }) => id)).size).toBe(LICENCES.length);
    expect(licenceOfLine('MIT')?.id).toBe('MIT');
    expect(licenceOfLine('Use it freely.')).toBeUndefined();
  });
});
