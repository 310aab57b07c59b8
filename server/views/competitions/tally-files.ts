import { readFile } from 'node:fs/promises';
import {
  type Ballot,
  type Ballots,
  ballotTable,
  type DailyRoot,
  type Entry,
  type Judge,
  type Outcome,
  readWritten,
  type Voter,
} from '@stellary/judging';
import type { Context } from '../../context.ts';
import { present } from '../../kit/assert.ts';
import type * as competitions from '../../modules/competitions/index.ts';

/** What is counted is taken from these and from nothing else, however often. */
export type Frozen = {
  entries: Entry[];
  voters: Voter[];
  ballots: Ballots;
  roots: DailyRoot[];
  finalists: string[] | null;
  /** Of models: how many qualified members made something with each. */
  support: Record<string, number> | null;
};
/** What stands in a bundle for the digest of a judge who committed to nothing: no digest has these digits. */
export const NOTHING_COMMITTED = '0'.repeat(64);

export type Heard = {
  judges: Judge[];
  /** Beside what is counted: what they wrote, and their own salts, by which the commitments are made again. */
  sheets: { judge: string; notes: unknown; salt: string | null }[];
};

/** Files of the steps of a counting, by the names of the steps. */
type Files = ReadonlyMap<string, string>;

/** Our own, named by the digest of its bytes: what a step wrote is what is read. */
async function read<T>(context: Pick<Context, 'media'>, digest: string | undefined): Promise<T> {
  const text = await readFile(context.media.pathOf(present(digest, 'the file of a step before')), 'utf8');
  return JSON.parse(text) as T;
}

/** Ballots are read into columns: a million and a half of them have no room as objects. */
async function readBallots({ media }: Reader, digest: string | undefined): Promise<Frozen> {
  const bytes = await readFile(media.pathOf(present(digest, 'the file of a step before')));
  const written = readWritten(bytes);
  if (written) return written as Frozen;
  // a counting that was begun by an older release has an object for each
  const { ballots, ...rest } = JSON.parse(bytes.toString()) as Omit<Frozen, 'ballots'> & {
    ballots: Ballot[];
  };
  return { ...rest, ballots: ballotTable(rest.entries, rest.voters, ballots) };
}

type Reader = Pick<Context, 'media'>;
export const readQualifying = (context: Reader, files: Files) =>
  readBallots(context, files.get('qualifying_frozen'));
export const readFinalists = async (context: Reader, files: Files): Promise<string[]> =>
  (await read<{ finalists: string[] }>(context, files.get('finalists_found'))).finalists;
export const readFrozen = (context: Reader, files: Files) =>
  readBallots(context, files.get('ballots_frozen'));
export const readHeard = (context: Reader, files: Files) => read<Heard>(context, files.get('panel_heard'));
/** `finalists`: as the count was given them; null where it found them, and they are those of the final. */
export const readCounted = (context: Reader, files: Files) =>
  read<{ outcome: Outcome; finalists: string[] | null }>(context, files.get('counted'));
/** What pages show of a counting: small, whatever was voted. */
export type Shown = Omit<Outcome, 'voters'> & {
  entries: Pick<Entry, 'id' | 'out'>[];
  ballots: number;
  voters: number;
  exclusions: { reason: string; voters: number; ballots: number }[];
};

export function shownOf({ voters: rows, ...outcome }: Outcome, { entries, ballots, voters }: Frozen): Shown {
  return {
    ...outcome,
    entries: entries.map(({ id, out }) => ({ id, out })),
    ballots: ballots.length,
    voters: voters.length,
    exclusions: exclusionsOf(rows),
  };
}

/** For each reason why voters weigh less or nothing: how many, and how many of their choices. */
function exclusionsOf(rows: Outcome['voters']): Shown['exclusions'] {
  const sums = new Map<string, { voters: number; ballots: number }>();
  for (const [, first, , second, chosen_first, chosen_second] of rows) {
    const [codes_first, codes_second] = [codesIn(first), codesIn(second)];
    for (const reason of new Set([...codes_first, ...codes_second])) {
      const sum = sums.get(reason) ?? { voters: 0, ballots: 0 };
      const ballots =
        (codes_first.includes(reason) ? chosen_first : 0) +
        (codes_second.includes(reason) ? chosen_second : 0);
      sums.set(reason, { voters: sum.voters + 1, ballots: sum.ballots + ballots });
    }
  }
  return [...sums]
    .map(([reason, sum]) => ({ reason, ...sum }))
    .toSorted((one, other) => (one.reason < other.reason ? -1 : 1));
}

const codesIn = (codes: string): string[] => codes.split('+').filter((code) => code !== '');

type LookedOver = { anomalies: competitions.FoundAnomaly[]; shown: Shown };
export const readLookedOver = (context: Reader, files: Files) =>
  read<LookedOver>(context, files.get('looked_over'));
