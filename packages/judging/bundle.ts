import { ballotAt, ballotLeaf, roomForBallots } from './ballots.ts';
import { canonical, type Json } from './canonical.ts';
import { type Ballots, type Count, demand, type Entry, type Judge, type Rules, type Voter } from './kinds.ts';
import { commitSeed } from './lots.ts';
import { hashLeaves, rootOf } from './merkle.ts';
import { type Bytes, sha256Hex } from './sha256.ts';
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
  /** A row a ballot, in the order in which they were cast: the columns of `Ballots`. */
  ballots: number[][];
  support: Readonly<Record<string, number>> | null;
  roots: DailyRoot[];
  panel: Judge[];
  prizes: string[];
  finalists: string[] | null;
  outcome: Outcome;
  /** SHA-256 of the canonical text of all the rest. */
  digest: string;
};

export const COLUMNS = [
  ...['phase', 'voter', 'k', 'slot', 'draw', 'left', 'right', 'choice', 'damaged', 'dwell', 'hour'],
] as (keyof Omit<Ballots, 'length'>)[];

export type Published = Omit<Count, 'rules'> & {
  rules: RulesDocument;
  roots: DailyRoot[];
  version: number;
  previous: string | null;
  reason: string | null;
};

export const rulesHash = (rules: RulesDocument): string => sha256Hex(canonical(rules));

/** Counts, and answers with the text to publish. Whoever has counted already passes the outcome. */
export function makeBundle(published: Published, outcome = tally(countOf(published))): string {
  const { competition, category, seed, entries, voters, ballots, support, panel, prizes, finalists } =
    published;
  const { rules, roots, version, previous, reason } = published;
  return withDigest({
    ...{ format: BUNDLE_FORMAT, version, previous, reason, competition, category },
    ...{ rules, rules_hash: rulesHash(rules), seed, seed_commitment: commitSeed(seed) },
    ...{ entries: [...entries], voters: [...voters], ballots: rowsOf(ballots), support, roots },
    ...{
      panel: [...panel],
      prizes: [...prizes],
      finalists: finalists === null ? null : [...finalists],
      outcome,
    },
  });
}

/** The text of a bundle. The digest is put in where the canonical order has it. */
export function withDigest(rest: Omit<Bundle, 'digest'>): string {
  const digest = sha256Hex(canonical(rest));
  return canonical({ ...rest, digest });
}

/** What the count of a bundle reads. */
export const countOf = <P extends Published>({ rules, ...rest }: P): Count => ({
  ...rest,
  rules: rules.judging,
});

export function publishedIn(bundle: Bundle): Published {
  const { ballots, ...rest } = bundle;
  return { ...rest, ballots: ballotsOf(ballots) };
}

/** The hashes of all ballots in the order in which they were cast: for daily roots and the proofs of voters. */
export const hashBallots = (entries: readonly Entry[], voters: readonly Voter[], ballots: Ballots): Bytes =>
  hashLeaves(ballots.length, (at) => ballotLeaf(at, ballotAt(entries, voters, ballots, at)));

/** The root of the first so many ballots, or of all. */
export function dailyRoot(day: string, hashed: Bytes, size = hashed.length / 32): DailyRoot {
  demand(size * 32 <= hashed.length, 'ROOT_AMISS');
  return { day, size, root: rootOf(hashed, size) };
}

const rowsOf = (ballots: Ballots): number[][] =>
  Array.from({ length: ballots.length }, (_, at) => COLUMNS.map((column) => ballots[column][at] ?? 0));

function ballotsOf(rows: readonly (readonly number[])[]): Ballots {
  const ballots = roomForBallots(rows.length);
  for (const [at, row] of rows.entries())
    for (const [index, column] of COLUMNS.entries()) ballots[column][at] = row[index] ?? 0;
  return ballots;
}
