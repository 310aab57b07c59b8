import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ballotAt, ballotLeaf, ballotTable } from './ballots.ts';
import { type Bundle, dailyRoot, hashBallots, makeBundle } from './bundle.ts';
import { canonical } from './canonical.ts';
import { exampleBundle, exampleRound, GOLDEN_ROUND } from './example.ts';
import type { Ballot } from './kinds.ts';
import { isIncluded, proofOf } from './merkle.ts';
import { readBundle } from './read.ts';
import { inWords, recount } from './recount.ts';
import { sha256Hex } from './sha256.ts';
import { readWritten, writing } from './table-text.ts';

/** As it lies in the text: a row a ballot. */
type Draft = Omit<Bundle, 'ballots'> & { ballots: number[][] };

let text: string;
let bundle: Bundle;
let file: Draft;

beforeAll(() => {
  text = exampleBundle({ seed: 3, entries: 12, voters: 30, rules: { samples: 5 } });
  const { bundle: read, findings } = readBundle(text);
  if (!read) throw new Error(inWords(findings).join('\n'));
  bundle = read;
  file = JSON.parse(text) as Draft;
});

const withDigest = (rest: Omit<Draft, 'digest'>): string =>
  canonical({ ...rest, digest: sha256Hex(canonical(rest)) });

test('the golden bundle: a whole month is the same bytes on every machine', { timeout: 60_000 }, () => {
  const golden = exampleBundle(GOLDEN_ROUND);
  const { agrees, bundle: read, outcome } = recount(golden);
  expect(agrees).toBe(true);
  expect(read?.ballots.length).toBeGreaterThan(9_000);
  expect({
    strengths: outcome?.strengths_digest,
    final: outcome?.final_strengths_digest,
    bundle: read?.digest,
  }).toEqual(GOLDEN);
});
const GOLDEN = {
  strengths: '55dd63e616f140ad82af60e591fa1011ce61d10daa5adbeb7862f94cec3736ed',
  final: '3ee69d8c13911f6e0f2f3bc772db469ba2b02dc0854a567ceca1bc7f7a3fe43f',
  bundle: 'c67f988748bd071ad321f04c848d7f7b3602213ad37427a9a7c4a8803fd1c0ed',
};

test('a bundle that nobody touched agrees in every part', () => {
  const { agrees, findings } = recount(text);
  expect(agrees).toBe(true);
  expect(findings.map(({ name }) => name)).toEqual([
    ...['json', 'fields', 'canonical', 'digest', 'rules', 'seed', 'roots', 'pairs'],
    ...['strengths', 'weights', 'panel', 'finalists', 'places', 'tests'],
  ]);
});

test('one byte that is another is found, wherever it is', () => {
  const change = fc.tuple(fc.integer({ min: 0, max: text.length - 1 }), fc.integer({ min: 32, max: 126 }));
  fc.assert(
    fc.property(change, ([at, code]) => {
      const byte = String.fromCharCode(code);
      fc.pre(text[at] !== byte);
      expect(recount(text.slice(0, at) + byte + text.slice(at + 1)).agrees).toBe(false);
    }),
    { numRuns: 150 },
  );
  expect(recount(`${text} `).agrees).toBe(false);
  expect(recount(text.slice(0, -1)).agrees).toBe(false);
});

test('written in another way it is read and counted all the same, and only said to be so', () => {
  const { outcome } = recount(text);
  const turned = Object.fromEntries(Object.entries(file).toReversed());
  for (const other of [JSON.stringify(file, null, 1), JSON.stringify(turned), `${text}\n`]) {
    const found = recount(other);
    expect(found.findings.filter(({ holds }) => !holds).map(({ name }) => name)).toEqual(['canonical']);
    expect(found.outcome).toEqual(outcome);
  }
});

test('whatever stands in a text, ballots are read from it as JSON would have them, or not in one go', () => {
  const rows =
    '{"ballots":[[0,1,0,0,0,2,3,1,0,4,494400],[1,12,3,-1,-1,3,3,2,1,255,2147483647]],"entries":[]}';
  const piece = fc.constantFrom(
    '[',
    ']',
    ',',
    '-',
    '0',
    '7',
    '10',
    '2147483648',
    ' ',
    '.5',
    'e1',
    '"ballots":[]',
    '}',
  );
  const change = fc.tuple(fc.integer({ min: 11, max: rows.length }), fc.nat({ max: 4 }), piece);
  fc.assert(
    fc.property(change, ([at, gone, put]) => {
      const changed = rows.slice(0, at) + put + rows.slice(at + gone);
      const read = readWritten(new TextEncoder().encode(changed));
      if (!read) return;
      const { ballots, ...rest } = JSON.parse(changed) as { ballots: number[][] };
      const { ballots: columns, ...others } = read;
      expect(others).toEqual(rest);
      expect([...writing({ ballots: columns })].join('')).toBe(canonical({ ballots }));
    }),
    {
      numRuns: 2_000,
      examples: [[[rows.length, 0, '']], [[12, 0, '']], [[rows.indexOf(',"entries'), 1, ' ']]],
    },
  );
  expect(readWritten(new TextEncoder().encode(rows))?.ballots.hour[1]).toBe(2_147_483_647);
});

describe('who writes the digest anew is found by the part', () => {
  /** Names of what differs after a change. */
  const differs = (change: (draft: Draft) => void): string[] => {
    const { digest: _, ...draft } = structuredClone(file);
    change(draft as Draft);
    return recount(withDigest(draft))
      .findings.filter(({ holds }) => !holds)
      .map(({ name }) => name);
  };
  const first = <T>(list: readonly T[]): T => {
    const [one] = list;
    if (one === undefined) throw new Error('there is none');
    return one;
  };

  test.each<[string, string[], (draft: Draft) => void]>([
    ['another winner', ['places'], ({ outcome }) => void (first(outcome.places).entry = 'entry-00011')],
    ['another prize', ['places'], ({ prizes }) => void (prizes[0] = '1')],
    ['another strength', ['strengths'], ({ outcome }) => void (outcome.strengths[4] = 2.5)],
    ['another weight', ['weights'], ({ outcome }) => void (first(outcome.voters)[0] = 0.125)],
    ['another number of voters removed', ['tests'], ({ outcome }) => void (outcome.reliability.removed += 1)],
    ['a verdict on a judge', ['panel'], ({ outcome }) => void (first(outcome.panel).void = 'CONTRARY')],
    [
      'another rank of a finalist',
      ['finalists'],
      ({ outcome }) => void (first(outcome.finalists).experts_rank = 9),
    ],
    ['how long one looked', ['roots'], ({ ballots }) => void (first(ballots)[9] = 200)],
    ['a ballot at the end left out', ['roots'], ({ ballots }) => void ballots.pop()],
    ['rules', ['rules'], (draft) => void (draft.rules = { ...draft.rules, title: 'Day trains' })],
    ['the commitment', ['seed'], (draft) => void (draft.seed_commitment = 'ab'.repeat(32))],
    ['a root', ['roots'], ({ roots }) => void (first(roots).root = 'cd'.repeat(32))],
    ['a day before', ['roots'], ({ roots }) => void (roots[1] = { ...first(roots) })],
    [
      'a ranking after it was committed to',
      ['panel', 'finalists'],
      ({ panel }) => void first(panel).ranking?.reverse(),
    ],
  ])('%s', (_, names, change) => {
    expect(differs(change)).toEqual(expect.arrayContaining(names));
  });

  test('another choice, another pair, and another seed are found in many parts', () => {
    const turn = ({ ballots }: Draft) => {
      for (const row of ballots) if (row[7] !== undefined && row[7] < 2) row[7] = 1 - row[7];
    };
    expect(differs(turn)).toEqual(expect.arrayContaining(['roots', 'strengths', 'finalists']));
    const shift = ({ ballots }: Draft) => {
      const [row] = ballots;
      if (row) [row[5], row[6]] = [row[6] ?? 0, row[5] ?? 0];
    };
    expect(differs(shift)).toEqual(expect.arrayContaining(['roots', 'pairs']));
    expect(differs((draft) => void (draft.seed = 'ee'.repeat(32)))).toEqual(
      expect.arrayContaining(['seed', 'pairs']),
    );
  });

  describe('whoever makes the roots anew, too:', () => {
    /** What a bundle says that was made of other ballots, with roots over these. */
    const differsWith = (change: (cast: Ballot[], winner: string) => Ballot[]) => {
      const round = exampleRound({ seed: 3, entries: 12, voters: 30, rules: { samples: 5 } });
      const { entries, voters, ballots } = round;
      const cast = Array.from({ length: ballots.length }, (_, at) => ballotAt(entries, voters, ballots, at));
      const forged = ballotTable(entries, voters, change(cast, first(bundle.outcome.places).entry));
      const roots = [dailyRoot('2026-11-28', hashBallots(entries, voters, forged))];
      return recount(makeBundle({ ...round, ballots: forged, roots })).findings.filter(({ holds }) => !holds);
    };
    const isFor = ({ left, right, choice }: Ballot, id: string) =>
      (choice === 'left' && left === id) || (choice === 'right' && right === id);
    const control = ({ damaged }: Ballot) => damaged !== null;

    test('all ballots agree', () => expect(differsWith((cast) => cast)).toEqual([]));

    test.each<[string, string, (cast: Ballot[], winner: string) => Ballot[]]>([
      [
        'what was for the winner in the final is left out',
        'left out of final',
        (cast, winner) => cast.filter((one) => one.phase !== 'final' || !isFor(one, winner)),
      ],
      [
        'and what is left is numbered anew',
        'of another pair',
        (cast, winner) => {
          let slot = 0;
          return cast
            .filter((one) => one.phase !== 'final' || !isFor(one, winner))
            .map((one) => (one.phase === 'final' ? { ...one, slot: slot++ } : one));
        },
      ],
      ['controls are left out', 'left out of qualifying', (cast) => cast.filter((one) => !control(one))],
      [
        'a control stands where none was due',
        'of another pair',
        (cast) =>
          cast.map((one, at) =>
            at === 0 ? { ...one, damaged: 'left', right: one.left, slot: -1, draw: -1 } : one,
          ),
      ],
      [
        'a control has its damaged copy on the other side, and is missed',
        'of another pair',
        (cast) =>
          cast.map((one) =>
            control(one) ? { ...one, damaged: one.damaged === 'left' ? 'right' : 'left' } : one,
          ),
      ],
      [
        'a pair is made a control, and is missed',
        'of another pair',
        (cast) => cast.map((one, at) => (at === 0 ? { ...one, damaged: 'left' } : one)),
      ],
      [
        'somebody has more than there are',
        'one more than',
        (cast) => [...cast, { ...first(cast), k: 60, slot: 10_000 }],
      ],
    ])('%s', (_, detail, change) => {
      expect(differsWith(change)).toEqual([
        { name: 'pairs', holds: false, detail: expect.stringContaining(detail) },
      ]);
    });
  });

  test('a slot that was given twice is found', () => {
    const twice = ({ ballots }: Draft) => {
      const rows = ballots.filter(([phase, , , slot]) => phase === 0 && slot !== -1);
      if (rows[1]) rows[1][3] = rows[0]?.[3] ?? 0;
    };
    expect(differs(twice)).toContain('pairs');
  });
});

test('what is no bundle is refused by the first field that is amiss', () => {
  const of = (change: (draft: Record<string, unknown>) => void): string => {
    const draft: Record<string, unknown> = structuredClone(file);
    change(draft);
    const { bundle: read, findings } = readBundle(canonical(draft));
    expect(read).toBeNull();
    return findings.find(({ holds }) => !holds)?.detail ?? '';
  };
  expect(of((draft) => void (draft.format = 'zip'))).toContain('format is none of');
  expect(of((draft) => void (draft.extra = 1))).toContain('has a field extra');
  expect(of((draft) => void delete draft.seed)).toContain('seed is no hash');
  expect(of((draft) => void (draft.ballots = [[0, 0, 0]]))).toContain('ballots[0] is no row of 11');
  expect(of((draft) => void (draft.ballots = [[0, 99, 0, 0, 0, 0, 1, 0, 0, 0, 0]]))).toContain(
    'names a voter',
  );
  expect(of((draft) => void (draft.ballots = [[0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0]]))).toContain(
    'names an entry',
  );
  expect(of((draft) => void (draft.entries = bundle.entries.toReversed()))).toContain('ascending order');
  expect(of((draft) => void (draft.version = 2))).toContain('only the first version');
  expect(of((draft) => Object.assign(draft, { version: 2, previous: bundle.digest }))).toContain(
    'keeps the finalists',
  );
  expect(of((draft) => void (draft.finalists = ['nobody']))).toContain('finalists[0] is no entry');
  for (const other of ['', 'hello', '[]', 'null', '{"format":1}']) {
    const { agrees, findings } = recount(other);
    expect([agrees, findings.at(-1)?.holds]).toEqual([false, false]);
  }
});

test('a later version says what it replaces, and agrees', () => {
  const round = exampleRound({ seed: 3, entries: 12, voters: 30, rules: { samples: 5 } });
  const finalists = bundle.outcome.finalists.map(({ entry }) => entry);
  const [winner] = bundle.outcome.places;
  const entries = round.entries.map((entry) =>
    entry.id === winner?.entry
      ? { ...entry, out: { from: 'final' as const, reason: 'not made with the model' } }
      : entry,
  );
  const later = makeBundle({
    ...{ ...round, entries, finalists },
    ...{ version: 2, previous: bundle.digest, reason: 'The first place was disqualified.' },
  });
  const { agrees, outcome } = recount(later);
  expect(agrees).toBe(true);
  expect(outcome?.places[0]?.entry).toBe(bundle.outcome.places[1]?.entry);
});

test('each voter can show that a ballot lies under the last root, and under that of the day', () => {
  const { entries, voters, ballots, roots } = bundle;
  const hashed = hashBallots(entries, voters, ballots);
  const [day, last] = [roots[0], roots.at(-1)];
  for (const at of [0, 17, (day?.size ?? 1) - 1]) {
    const leaf = ballotLeaf(at, ballotAt(entries, voters, ballots, at));
    expect(isIncluded(leaf, proofOf(hashed, at), last?.root ?? '')).toBe(true);
    expect(isIncluded(leaf, proofOf(hashed.subarray(0, (day?.size ?? 0) * 32), at), day?.root ?? '')).toBe(
      true,
    );
  }
});
