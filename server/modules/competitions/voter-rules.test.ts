import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  classOf,
  clustersOf,
  dwellBucket,
  factsSaid,
  looksMs,
  pairLooksMs,
  type VoterFacts,
  whyNotVote,
} from './voter-rules.ts';

const round = { announced_at: new Date('2026-10-20T00:00:00Z'), opens_at: new Date('2026-11-01T00:00:00Z') };
const known: VoterFacts = {
  joined_at: new Date('2026-01-01T00:00:00Z'),
  email_verified: true,
  bought: true,
  charged: 0,
  phone: null,
  passkey: null,
  office: false,
  entrant: false,
};

describe('who votes', () => {
  test.each<[Partial<VoterFacts>, ReturnType<typeof whyNotVote>]>([
    [{}, null],
    [{ bought: false, charged: 10 }, null],
    [{ bought: false, charged: 9 }, 'unknown'],
    [{ bought: false, phone: true }, null],
    [{ bought: false, passkey: true }, null],
    [{ email_verified: false }, 'verified_email'],
    [{ joined_at: round.announced_at }, 'before_announcement'],
    [{ joined_at: new Date(round.announced_at.getTime() - 1) }, null],
    [{ office: true }, 'no_office'],
    [{ entrant: true }, 'no_entry'],
  ])('%o', (change, why) => {
    expect(whyNotVote({ ...known, ...change }, round)).toBe(why);
  });

  test('what this product does not know of anybody is said to be unknown, and never held against them', () => {
    const unknown = factsSaid(known, round).filter(({ holds }) => holds === null);
    expect(unknown.map(({ name }) => name)).toEqual(['phone', 'passkey']);
  });

  test('established is whoever was there 30 days before it opened', () => {
    expect(classOf(new Date('2026-10-02T00:00:00Z'), round)).toBe('established');
    expect(classOf(new Date('2026-10-02T00:00:00.001Z'), round)).toBe('new');
  });
});

describe('how long both are looked at', () => {
  test.each([
    ['image', null, 2_000],
    ['video', 4_000, 10_000],
    ['video', 30_000, 18_000],
    ['music', 300_000, 45_000],
    ['music', null, 10_000],
  ] as const)('%s of %s ms', (medium, duration_ms, wanted) =>
    expect(looksMs(medium, duration_ms)).toBe(wanted),
  );
  test('pictures side by side, films and pieces one after the other', () => {
    expect(pairLooksMs('image', 2_000, 2_000)).toBe(2_000);
    expect(pairLooksMs('video', 10_000, 18_000)).toBe(28_000);
  });
  test('what is published of it says seconds, and no more than a person can be told by', () =>
    expect([999, 1_000, 10_000_000].map(dwellBucket)).toEqual([0, 1, 255]));
});

describe('who shares a voice', () => {
  const voter = (pseudonym: string, links: string[], cluster: string | null = null) => ({
    pseudonym,
    links,
    cluster,
  });

  test('a chain of links is one, whoever stands alone is none', () => {
    const names = clustersOf([
      voter('a', ['x']),
      voter('b', ['x', 'y']),
      voter('c', ['y', 'z']),
      voter('d', ['z']),
      voter('e', ['w']),
    ]);
    expect(Object.fromEntries(names)).toEqual({ a: 'a', b: 'a', c: 'a', d: 'a' });
  });

  test('a name that was given stays, and whoever comes later takes it', () => {
    const names = clustersOf([voter('a', ['x']), voter('b', [], 'b'), voter('c', ['x'], 'b')]);
    expect(Object.fromEntries(names)).toEqual({ a: 'b', b: 'b', c: 'b' });
  });

  test('it is the same in whatever order they stand, and links only ever bring together', () => {
    const voters = fc
      .array(fc.array(fc.integer({ min: 0, max: 12 }).map(String), { minLength: 1, maxLength: 3 }), {
        minLength: 2,
        maxLength: 30,
      })
      .map((all) => all.map((links, place) => voter(String(place).padStart(2, '0'), links)));
    fc.assert(
      fc.property(voters, (all) => {
        const names = clustersOf(all);
        expect(clustersOf(all.toReversed())).toEqual(names);
        for (const one of all)
          for (const other of all)
            if (one !== other && one.links.some((link) => other.links.includes(link)))
              expect([names.get(one.pseudonym)]).toEqual([names.get(other.pseudonym) ?? 'nobody']);
      }),
    );
  });
});
