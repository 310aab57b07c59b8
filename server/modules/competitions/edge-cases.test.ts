import {
  award,
  type Ballot,
  ballotTable,
  type Count,
  dailyRoot,
  DEFAULT_RULES,
  type Entry,
  hashBallots,
  type Judge,
  makeBundle,
  type Outcome,
  panelCommitment,
  type Phase,
  recount,
  tally,
} from '@stellary/judging';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AccountId,
  asId,
  type CategoryId,
  type EntryId,
  idOf,
  type PairId,
  type RoundId,
} from '../../ids.ts';
import { fieldOf, type Given, nextPair } from './pairs.ts';
import { personBreaches } from './rules.ts';
import { splitPrize } from './shares.ts';

// The edge cases of a competition, each with its rule, held against the counting that decides them.

const PRIZES = ['50', '25', '12', '7', '5'];
const SEED = 'ab'.repeat(32);
const id = (place: number) => `e${String(place).padStart(3, '0')}`;
const entry = (place: number, change: Partial<Entry> = {}): Entry => ({
  ...{ id: id(place), asset: 'cd'.repeat(32), persons: [`p${place}`], out: null },
  ...change,
});
const judge = (number: number, ranking: string[] | null, barred: string | null = null): Judge => {
  const name = `j${number}`;
  const commitment = panelCommitment({ judge: name, ranking, salt: 'ef' });
  return { id: name, name, ranking, salt: 'ef', commitment, barred };
};

/** Experts alone, who all say the same: what is left to tell is what the rule makes of it. */
function decided(entries: Entry[], change: Partial<Count> = {}): Outcome {
  const finalists = change.finalists ?? null;
  const ranked = finalists ?? entries.filter(({ out }) => out?.from !== 'qualifying').map((one) => one.id);
  return tally({
    ...{ competition: 'c', category: 'image', seed: SEED, rules: DEFAULT_RULES, support: null },
    ...{ entries, voters: [], ballots: ballotTable(entries, [], []), prizes: PRIZES, finalists },
    panel: Array.from({ length: 7 }, (_, number) => judge(number, [...ranked])),
    ...change,
  });
}
const placed = ({ places }: Outcome) => places.map(({ place, entry: who, amount }) => [place, who, amount]);
const of = (count: number) => Array.from({ length: count }, (_, place) => entry(place));

describe('ties', () => {
  test('for the fifth place share it by largest remainder, and there is no sixth', () => {
    const { places, unused } = award([['a'], ['b'], ['c'], ['d'], ['e', 'f'], ['g']], PRIZES);
    expect(places.slice(4)).toEqual([
      { place: 5, entry: 'e', shared: 2, amount: '3' },
      { place: 5, entry: 'f', shared: 2, amount: '2' },
    ]);
    expect(unused).toBe('0');
  });

  test('across the fourth and the fifth share what both bring', () => {
    const { places } = award([['a'], ['b'], ['c'], ['d', 'e']], PRIZES);
    expect(places.slice(3).map(({ place, amount }) => [place, amount])).toEqual([
      [4, '6'],
      [4, '6'],
    ]);
  });

  test('prizes and what goes back are what was put aside, however places are shared (C5)', () => {
    const groups = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 7 });
    fc.assert(
      fc.property(
        groups,
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 18n }), { maxLength: 5 }),
        (sizes, prizes) => {
          const names = sizes.map((size, group) =>
            Array.from({ length: size }, (_, one) => `${group}-${one}`),
          );
          const { places, unused } = award(names, prizes.map(String));
          const given = places.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
          expect(given + BigInt(unused)).toBe(prizes.reduce((sum, prize) => sum + prize, 0n));
        },
      ),
    );
  });
});

describe('who is out', () => {
  test('lets lower places move up in the order that was found; nothing is found anew', () => {
    const all = decided(of(8));
    const without = decided(
      of(8).map((one) => (one.id === id(1) ? { ...one, out: { from: 'final', reason: 'rules' } } : one)),
      { finalists: of(8).map((one) => one.id) },
    );
    expect(placed(all).map(([, who]) => who)).toEqual([0, 1, 2, 3, 4].map(id));
    expect(placed(without).map(([, who]) => who)).toEqual([0, 2, 3, 4, 5].map(id));
    expect(without.strengths_digest).toBe(all.strengths_digest);
  });

  test('a ring of them makes room for as many', () => {
    const finalists = of(9).map((one) => one.id);
    const ring = of(9).map((one, place) =>
      place < 3 ? { ...one, out: { from: 'final' as const, reason: 'vote_fraud' } } : one,
    );
    expect(placed(decided(ring, { finalists })).map(([, who]) => who)).toEqual([3, 4, 5, 6, 7].map(id));
  });

  test('a decline or ten days without an answer pass it to the next one', () => {
    for (const reason of ['declined', 'unresponsive', 'blocked_country', 'minor']) {
      const entries = of(6).map((one, place) =>
        place === 4 ? { ...one, out: { from: 'final' as const, reason } } : one,
      );
      expect(placed(decided(entries, { finalists: of(6).map((one) => one.id) })).at(-1)).toEqual([
        5,
        id(5),
        '5',
      ]);
    }
  });
});

describe('what was only taken down is not out', () => {
  const round_id = idOf<RoundId>('round');
  const at = new Date('2026-11-25T00:00:00Z');
  const ends_at = new Date('2026-11-29T00:00:00Z');
  const file = { digest: '0'.repeat(64), extension: 'webp' };
  const voters = Array.from({ length: 16 }, (_, number) => ({
    ...{ id: String(number).padStart(32, '0'), class: 'established' as const, cluster: null, barred: null },
  }));

  /** What members cast as they are given pairs by the product, until there are none; the lower number is the better work. */
  function cast(phase: Phase, drawn: string[], isGone: (entry: string, before: number) => boolean): Ballot[] {
    const contest = {
      ...{ round_id, category_id: idOf<CategoryId>('category'), kind: 'image' as const, state: phase, phase },
      ...{ standing_in: phase, ends_at, ends: { qualifying: ends_at, final: ends_at }, seed: SEED },
      ...{ announced_at: at, opens_at: at },
    };
    const ballots: Ballot[] = [];
    const givenTo = new Map<string, Given[]>();
    for (let before = -1; before < ballots.length;) {
      before = ballots.length;
      for (const { id: voter } of voters) {
        const slot = ballots.length;
        const showings = drawn.map((one) => ({
          ...{ entry_id: asId<EntryId>(one), looks_ms: 1, file, damaged: null, gone: isGone(one, slot) },
        }));
        const given = givenTo.get(voter) ?? [];
        const who = { person_id: idOf<AccountId>(voter), pseudonym: voter, kept_from: [] };
        const next = nextPair({
          contest,
          field: fieldOf(showings),
          voter: who,
          given,
          last: given.at(-1) ?? null,
          slot,
          at,
        });
        if (typeof next === 'string' || 'open' in next) continue;
        const { k, draw, left_entry: left, right_entry: right } = next.fresh;
        const choice = left < right ? 'left' : 'right';
        givenTo.set(voter, [...given, { ...next.fresh, id: idOf<PairId>(`${slot}`), choice }]);
        const looked = { damaged: null, dwell: 1, hour: 1 };
        ballots.push({ phase, voter, k, slot, draw, left, right, choice, ...looked });
      }
    }
    return ballots;
  }

  /** The places, and what whoever counts again finds to differ. */
  function counted(size: number, qualifying: Ballot[], final: Ballot[]) {
    const entries = of(size);
    const ballots = ballotTable(entries, voters, [...qualifying, ...final]);
    const change = { competition: round_id, voters, ballots };
    const outcome = decided(entries, { ...change, rules: { ...DEFAULT_RULES, samples: 0 } });
    const bundle = makeBundle({
      ...{ ...change, entries, category: 'image', seed: SEED, support: null, prizes: PRIZES },
      ...{ rules: { judging: { ...DEFAULT_RULES, samples: 0 } }, finalists: null },
      panel: Array.from({ length: 7 }, (_, number) =>
        judge(
          number,
          entries.map((one) => one.id),
        ),
      ),
      roots: [dailyRoot('2026-11-28', hashBallots(entries, voters, ballots))],
      ...{ version: 1, previous: null, reason: null },
    });
    const differs = recount(bundle).findings.filter(({ holds }) => !holds);
    return { outcome, differs: differs.map(({ name }) => name) };
  }
  const nothing = () => false;
  const first = (entry: string) => entry === id(0);
  const all = of(12).map((one) => one.id);
  const inFinal = ({ finalists }: Outcome) => finalists.find((one) => one.entry === id(0));

  test('while the final goes on: its ballots stay, it ranks, and the count agrees', () => {
    const final = cast('final', all, (entry, before) => first(entry) && before >= 120);
    const shown = final.map(({ left, right }) => left === id(0) || right === id(0));
    expect([shown.slice(0, 120).includes(true), shown.slice(120).includes(true)]).toEqual([true, false]);
    const { outcome, differs } = counted(12, cast('qualifying', all, nothing), final);
    expect([outcome.mode, placed(outcome)[0], differs]).toEqual(['two_chambers', [1, id(0), '50'], []]);
  });

  test('before the final: it is a finalist whom nobody compared, has no rank by the community and takes no place', () => {
    const qualifying = cast('qualifying', all, nothing);
    const { outcome, differs } = counted(12, qualifying, cast('final', all, first));
    expect(inFinal(outcome)).toMatchObject({
      ...{ strength: expect.any(Number), community_rank: null, experts_rank: 1, position: null },
    });
    expect([outcome.mode, differs]).toEqual(['two_chambers', []]);
    expect(placed(outcome).map(([, who]) => who)).toEqual([1, 2, 3, 4, 5].map(id));
    // had pairs been drawn from those that are left, whoever counts again would draw others
    expect(counted(12, qualifying, cast('final', all.slice(1), nothing)).differs).toEqual(['pairs']);
  });

  test('where the experts decide alone: it takes the place that they give it', () => {
    const few = all.slice(0, 8);
    const { outcome, differs } = counted(8, cast('qualifying', few, first), cast('final', few, first));
    expect([outcome.mode, placed(outcome)[0], differs]).toEqual(['experts_only', [1, id(0), '50'], []]);
    expect(inFinal(outcome)).toMatchObject({ strength: null, community_rank: null });
  });
});

describe('who wins', () => {
  test('once, with their best entry; the next person moves up (C1)', () => {
    const entries = of(8).map((one, place) => (place < 3 ? { ...one, persons: ['same'] } : one));
    const finalists = decided(entries, { panel: [] }).finalists.map((one) => one.entry);
    expect(finalists).toHaveLength(6);
    const { places } = decided(entries, { finalists });
    const people = places.map(({ entry: who }) => entries.find((one) => one.id === who)?.persons[0]);
    expect(new Set(people).size).toBe(people.length);
    expect(places).toHaveLength(5);
  });

  test('together with others by shares that sum to the prize, whole and exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 18n }),
        fc.integer({ min: 1, max: 999_999 }),
        (prize, share) => {
          const parts = splitPrize(prize, [
            { person_id: 'a', share_ppm: share },
            { person_id: 'b', share_ppm: 1_000_000 - share },
          ]);
          expect(parts.reduce((sum, { amount_nanos }) => sum + amount_nanos, 0n)).toBe(prize);
        },
      ),
    );
  });

  test('alone in each category where one person entered two media', () => {
    const image = decided([entry(0), entry(1)]);
    const music = decided([entry(0), entry(1)], { category: 'music' });
    expect(placed(image)[0]).toEqual(placed(music)[0]);
  });
});

describe('few', () => {
  test('entries make few places; what they do not take goes back', () => {
    const few = decided(of(3));
    expect(few).toMatchObject({ mode: 'experts_only', unused: '12' });
    expect(placed(few)).toEqual([
      [1, id(0), '50'],
      [2, id(1), '25'],
      [3, id(2), '12'],
    ]);
    expect(decided([])).toMatchObject({ places: [], unused: '99' });
  });

  test('comparisons leave it to the experts', () => {
    expect(decided(of(30).slice(0, 24)).mode).toBe('experts_only');
  });

  test('judges decide nothing below five; one who drops out or has a conflict is void', () => {
    const order = of(6).map((one) => one.id);
    const panel = (heard: number) =>
      Array.from({ length: 7 }, (_, number) => judge(number, order, number < heard ? null : 'CONFLICT'));
    expect(decided(of(6), { panel: panel(4) })).toMatchObject({
      ...{ mode: 'undecided', why: 'PANEL_TOO_SMALL', places: [], unused: '99' },
    });
    const five = decided(of(6), { panel: panel(5) });
    expect(placed(five)[0]).toEqual([1, id(0), '50']);
    expect(five.panel.filter(({ void: why }) => why === 'CONFLICT')).toHaveLength(2);
  });
});

describe('what cannot be scored', () => {
  // a null score froze a contest for three days (civitai 1e6ebd9f85)
  test('is left out and never thrown on, and nothing is never zero (C7)', () => {
    // eleven entries with enough comparisons, and a twelfth that nobody ever saw
    const entries = of(12);
    const voters = Array.from({ length: 40 }, (_, place) => ({
      ...{
        id: `v${String(place).padStart(2, '0')}`,
        class: 'established' as const,
        cluster: null,
        barred: null,
      },
    }));
    const cast = voters.flatMap(({ id: voter }, number) =>
      (['qualifying', 'final'] as const).flatMap((phase) =>
        Array.from({ length: phase === 'final' ? 15 : 30 }, (_, k): Ballot => {
          const left = (k + number) % 11;
          const right = (left + 1 + ((k * 3 + number) % 10)) % 11;
          const choice = left < right ? 'left' : 'right';
          return {
            ...{ phase, voter, k, slot: number * 100 + k, draw: 0, left: id(left), right: id(right), choice },
            ...{ damaged: null, dwell: 1, hour: 1 },
          };
        }),
      ),
    );
    const found = decided(entries, { voters, ballots: ballotTable(entries, voters, cast) });
    expect(found.mode).toBe('two_chambers');
    expect(found.strengths[11]).toBeNull();
    const unseen = found.finalists.find(({ entry: who }) => who === id(11));
    expect(unseen).toMatchObject({ strength: null, community_rank: null, position: null });
    expect(placed(found).map(([, who]) => who)).toEqual([0, 1, 2, 3, 4].map(id));
  });

  test('an entry that came first is not cut off before it is sorted (C9)', () => {
    const support = Object.fromEntries(
      of(400).map((one, place) => [one.id, place === 0 ? 1_000 : place % 7]),
    );
    const found = decided(of(400), {
      support,
      finalists: null,
      panel: [],
    });
    expect(found.finalists[0]?.entry).toBe(id(0));
    expect(found.finalists).toHaveLength(20);
  });
});

describe('who takes part on two sides', () => {
  test('may not enter: staff, judges and whoever is near to them (C12)', () => {
    const nobody = { runs_it: false, judges_it: false, related_to_judge: false };
    expect(personBreaches(nobody)).toEqual([]);
    expect(personBreaches({ ...nobody, runs_it: true })).toEqual(['STAFF']);
    expect(personBreaches({ ...nobody, judges_it: true })).toEqual(['JUDGE']);
    expect(personBreaches({ ...nobody, related_to_judge: true })).toEqual(['RELATED_TO_JUDGE']);
  });

  test('counts for nothing in the own category: the result is the same as without their ballots (C13)', () => {
    const entries = of(12);
    const voters = Array.from({ length: 30 }, (_, place) => ({
      ...{ id: `v${String(place).padStart(2, '0')}`, class: 'established' as const, cluster: null },
      barred: place < 5 ? 'ENTRANT' : null,
    }));
    const cast = (who: typeof voters) =>
      who.flatMap(({ id: voter, barred }, number) =>
        Array.from({ length: 30 }, (_, k): Ballot => {
          const left = (k + number) % 12;
          const right = (left + 1 + ((k * 3 + number) % 11)) % 12;
          // whoever entered says the opposite of everybody
          const choice = left < right === (barred === null) ? 'left' : 'right';
          return {
            ...{
              phase: 'qualifying',
              voter,
              k,
              slot: number * 100 + k,
              draw: 0,
              left: id(left),
              right: id(right),
            },
            ...{ choice, damaged: null, dwell: 1, hour: 1 },
          };
        }),
      );
    const result = (who: typeof voters) =>
      decided(entries, {
        voters: who,
        ballots: ballotTable(
          entries,
          who,
          cast(voters).filter(({ voter }) => who.some((one) => one.id === voter)),
        ),
      });
    const without = voters.filter(({ barred }) => barred === null);
    expect(result(voters).strengths_digest).toBe(result(without).strengths_digest);
  });
});
