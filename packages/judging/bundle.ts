import { ballotAt, ballotLeaf } from './ballots.ts';
import { canonical, type Json } from './canonical.ts';
import { type Ballots, type Count, demand, type Entry, type Judge, type Rules, type Voter } from './kinds.ts';
import { commitSeed } from './lots.ts';
import { hashLeaves, rootOf } from './merkle.ts';
import { type Bytes, hex, sha256Hex, sha256InPieces, utf8 } from './sha256.ts';
import { writing } from './table-text.ts';
import { type Outcome, tally } from './tally.ts';

export const BUNDLE_FORMAT = 'stellar-judge-bundle/1';

/** The published rules of a round, whatever else they say. */
export type RulesDocument = { readonly judging: Rules; readonly [field: string]: Json };

/** The root of the first `size` ballots, as it was published at the end of a day. */
export type DailyRoot = { day: string; size: number; root: string };

/** Everything that a category's places follow from, and the places. One file, which anyone can count again. */
export type Bundle = {
  format: typeof BUNDLE_FORMAT;
  /** From 1. A later version names the digest of the one before and says why there is one. */
  version: number;
  previous: string | null;
  reason: string | null;
  competition: string;
  category: string;
  rules: RulesDocument;
  rules_hash: string;
  seed: string;
  seed_commitment: string;
  entries: Entry[];
  voters: Voter[];
  /** In the order in which they were cast. In the text it is a row a ballot, with the columns in their order. */
  ballots: Ballots;
  support: Readonly<Record<string, number>> | null;
  roots: DailyRoot[];
  panel: Judge[];
  prizes: string[];
  finalists: string[] | null;
  outcome: Outcome;
  /** SHA-256 of the canonical text of all the rest. */
  digest: string;
};

export type Published = Omit<Count, 'rules'> & {
  rules: RulesDocument;
  roots: DailyRoot[];
  version: number;
  previous: string | null;
  reason: string | null;
};

export const rulesHash = (rules: RulesDocument): string => sha256Hex(canonical(rules));

/** Counts, and answers with the text to publish. Whoever has counted already passes the outcome. */
export const makeBundle = (published: Published, outcome = tally(countOf(published))): string =>
  [...bundling(published, outcome)].filter((piece) => piece !== null).join('');

/**
 * The same in pieces, for who has no room for all of it. They are made twice, since the digest stands before most of what
 * it is over; until the first is there come as many nulls.
 */
export function* bundling(published: Published, outcome: Outcome): Generator<string | null> {
  const { competition, category, seed, entries, voters, ballots, support, panel, prizes, finalists } =
    published;
  const { rules, roots, version, previous, reason } = published;
  const rest = {
    ...{ format: BUNDLE_FORMAT, version, previous, reason, competition, category },
    ...{ rules, rules_hash: rulesHash(rules), seed, seed_commitment: commitSeed(seed) },
    ...{ entries, voters, ballots, support, roots, panel, prizes, finalists, outcome },
  };
  const hashed = sha256InPieces();
  for (const piece of writing(rest)) {
    hashed.add(utf8(piece));
    yield null;
  }
  yield* writing({ ...rest, digest: hex(hashed.digest()) });
}

/** What the count of a bundle reads. */
export const countOf = <P extends Published>({ rules, ...rest }: P): Count => ({
  ...rest,
  rules: rules.judging,
});

/** The hashes of all ballots in the order in which they were cast: for daily roots and the proofs of voters. */
export const hashBallots = (entries: readonly Entry[], voters: readonly Voter[], ballots: Ballots): Bytes =>
  hashLeaves(ballots.length, (at) => ballotLeaf(at, ballotAt(entries, voters, ballots, at)));

/** The root of the first so many ballots, or of all. */
export function dailyRoot(day: string, hashed: Bytes, size = hashed.length / 32): DailyRoot {
  demand(size * 32 <= hashed.length, 'ROOT_AMISS');
  return { day, size, root: rootOf(hashed, size) };
}
