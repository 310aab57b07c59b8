// Ballots in a text. A row a ballot, and no object for any of them: a million and a half pass in pieces, both ways.
import { roomForBallots } from './ballots.ts';
import { canonical } from './canonical.ts';
import { type Ballots, CHOICES, demand, PHASES } from './kinds.ts';

const INT = 2 ** 31 - 1;

/** What stands in a row, in this order, and from which whole number to which. */
export const RANGES = {
  phase: [0, PHASES.length - 1],
  voter: [0, INT],
  k: [0, INT],
  slot: [-1, INT],
  draw: [-1, INT],
  left: [0, INT],
  right: [0, INT],
  choice: [0, CHOICES.length - 1],
  damaged: [0, 2],
  dwell: [0, 255],
  hour: [0, INT],
} as const satisfies Record<keyof Omit<Ballots, 'length'>, readonly [number, number]>;

export const COLUMNS = Object.keys(RANGES) as (keyof typeof RANGES)[];

/** So many rows are one piece, of some 400 kB. */
const ROWS = 10_000;

/**
 * The canonical text of an object with ballots, in pieces: by the order of RFC 8785 they are its first field, since every
 * other name comes after theirs.
 */
export function* writing({ ballots, ...rest }: { ballots: Ballots; [field: string]: unknown }) {
  demand(
    Object.keys(rest).every((name) => name > 'ballots'),
    'NOT_IN_ORDER',
  );
  yield HEAD;
  for (let from = 0; from < ballots.length; from += ROWS) {
    const rows: string[] = [];
    for (let at = from; at < Math.min(from + ROWS, ballots.length); at += 1) rows.push(rowOf(ballots, at));
    yield `${from > 0 ? ',' : ''}${rows.join(',')}`;
  }
  const tail = canonical(rest).slice(1);
  yield tail === '}' ? ']}' : `],${tail}`;
}
const HEAD = '{"ballots":[';

const rowOf = (
  { phase, voter, k, slot, draw, left, right, choice, damaged, dwell, hour }: Ballots,
  at: number,
) =>
  `[${phase[at]},${voter[at]},${k[at]},${slot[at]},${draw[at]},${left[at]},${right[at]},${choice[at]},${damaged[at]},${dwell[at]},${hour[at]}]`;

export type WithBallots = { ballots: Ballots; [field: string]: unknown };

/** What was written so. Null for what was written in another way, or has a row that is none: it may be JSON all the same. */
export function readWritten(bytes: Uint8Array): WithBallots | null {
  if (!HEAD_BYTES.every((byte, at) => bytes[at] === byte)) return null;
  const end = endOfRows(bytes);
  const rows = rowsUntil(bytes, end);
  // room is made for rows, and not for whatever opens like one
  if (rows * ROW_BYTES_MIN > end) return null;
  const ballots = roomForBallots(rows);
  const columns = COLUMNS.map((column) => ballots[column]);
  let at = HEAD_BYTES.length;
  for (let row = 0; row < ballots.length; row += 1) {
    if (row > 0 && bytes[at++] !== COMMA) return null;
    if (bytes[at++] !== OPEN) return null;
    for (const [place, column] of columns.entries()) {
      if (place > 0 && bytes[at++] !== COMMA) return null;
      const negative = bytes[at] === MINUS;
      if (negative) at += 1;
      const first = at;
      let number = 0;
      for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO)
        number = number * 10 + digit;
      // no digit, one too many, or a zero that is not written so
      if (at === first || at - first > 10 || (bytes[first] === ZERO && (negative || at - first > 1)))
        return null;
      if (negative) number = -number;
      const [min, max] = LIMITS[place]!;
      if (number < min || number > max) return null;
      column[row] = number;
    }
    if (bytes[at++] !== CLOSE) return null;
  }
  if (bytes[at] !== CLOSE || at !== end) return null;
  const rest = restOf(bytes, at + 1);
  return rest && { ...rest, ballots };
}

const ROW_BYTES_MIN = 2 * COLUMNS.length + 1;
const HEAD_BYTES = new TextEncoder().encode(HEAD);
const LIMITS = Object.values(RANGES);
const [OPEN, CLOSE, COMMA, MINUS, ZERO] = [0x5b, 0x5d, 0x2c, 0x2d, 0x30];

/** Where the list of rows is closed: before it stands the end of a row, or nothing. */
function endOfRows(bytes: Uint8Array): number {
  const first = HEAD_BYTES.length;
  if (bytes[first] === CLOSE) return first;
  for (let at = bytes.indexOf(CLOSE, first); at >= 0; at = bytes.indexOf(CLOSE, at + 1))
    if (bytes[at + 1] === CLOSE) return at + 1;
  return bytes.length;
}

function rowsUntil(bytes: Uint8Array, end: number): number {
  let rows = 0;
  for (let at = HEAD_BYTES.length; at < end; at += 1) if (bytes[at] === OPEN) rows += 1;
  return rows;
}

/** All that follows the ballots. Null where it is no JSON, or has ballots once more. */
function restOf(bytes: Uint8Array, from: number): Record<string, unknown> | null {
  const more = bytes[from] === COMMA;
  try {
    const rest: unknown = JSON.parse(`{${decode(bytes.subarray(more ? from + 1 : from))}`);
    // what follows without a comma is the end and nothing else
    const isWhole = typeof rest === 'object' && rest !== null && more === Object.keys(rest).length > 0;
    return isWhole && !Object.hasOwn(rest, 'ballots') ? { ...rest } : null;
  } catch {
    return null;
  }
}

/** Ballots of rows that were looked at one by one. */
export function columnsOf(rows: readonly (readonly number[])[]): Ballots {
  const ballots = roomForBallots(rows.length);
  for (const [at, row] of rows.entries())
    for (const [place, column] of COLUMNS.entries()) ballots[column][at] = row[place] ?? 0;
  return ballots;
}

/** Throws a TypeError for what is no UTF-8. */
export const decode = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
