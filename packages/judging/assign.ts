import { CONTROLS, demand, isName, type Phase, QUOTA } from './kinds.ts';
import { lotsOf, placeBy, shuffled, word } from './lots.ts';

/** Whose schedule it is. */
export type Scope = { seed: string; competition: string; category: string; phase: Phase };

export type Asked = { voter: string; k: number; slot: number };

/** Which entry on which side, and how many draws of the slot were rejected before. */
export type Assignment = { left: string; right: string; draw: number };

/** Whether this pair may not be shown to this voter: their own, a relation's, seen before. */
export type Rejects = (one: string, other: string) => boolean;

/** With the same first entry, before another takes its turn. */
const PARTNERS = 8;
const DRAWS = 64;

/**
 * The pair that a voter is shown. It depends on the seed, the voter and a counter, and on no ballot: results cannot steer
 * it, two servers need share nothing but the counter, and the bundle shows every pair to be the one that was due.
 *
 * Slots lie in blocks of half as many pairs as there are entries. Each block has an order of its own, drawn by lot. The
 * first half of it is shown once each, as the entry whose turn it is; its partner is drawn from the other half by the
 * voter's own lot, and so is the side. So before a block ends, nobody has the first turn twice. When a draw is rejected,
 * the next is taken, and after eight the next entry in the order has its turn.
 *
 * Null when 64 draws, and where there are few entries all pairs, are rejected: try the next slot, or there is none left.
 */
export function assign(
  scope: Scope,
  entries: readonly string[],
  asked: Asked,
  rejects: Rejects,
): Assignment | null {
  const draws = DRAWS + (entries.length <= DRAWS ? (entries.length * (entries.length - 1)) / 2 : 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const pair = pairAt(scope, entries.length, asked, draw);
    if (!pair) return null;
    const [left, right] = [entries[pair[0]] ?? '', entries[pair[1]] ?? ''];
    if (!rejects(left, right)) return { left, right, draw };
  }
  return null;
}

/** The pair of one draw, by places among the entries; what a recount compares with. Null where there is none. */
export function pairAt(
  scope: Scope,
  size: number,
  { voter, k, slot }: Asked,
  draw: number,
): [number, number] | null {
  if (size < 2) return null;
  const half = Math.ceil(size / 2);
  const order = orderOf(scope, size, Math.floor(slot / half));
  const lot = lotsOf(scope.seed)('pair', ...names(scope, voter), voter, k, draw);
  const pair =
    draw < DRAWS ? drawn(order, half, slot % half, word(lot, 0), draw) : listed(order, draw - DRAWS);
  if (!pair) return null;
  return ((lot[31] ?? 0) & 1) === 1 ? [pair[1], pair[0]] : pair;
}

function drawn(order: Int32Array, half: number, turn: number, lot: number, draw: number): [number, number] {
  const at = (place: number) => order[place % order.length] ?? 0;
  const place = turn + Math.floor(draw / PARTNERS);
  if (draw < PARTNERS) return [at(place), at(half + placeBy(lot, order.length - half))];
  // one of all the others, counted on from the one whose turn it is
  return [at(place), at(place + 1 + placeBy(lot, order.length - 1))];
}

/** All pairs of a block, one after the other. */
function listed(order: Int32Array, index: number): [number, number] | null {
  let rest = index;
  for (let one = 0; one < order.length - 1; one += 1) {
    const others = order.length - 1 - one;
    if (rest < others) return [order[one] ?? 0, order[one + 1 + rest] ?? 0];
    rest -= others;
  }
  return null;
}

/** Somebody who has just come is not tried yet. */
const SETTLED = 5;

/** Which of the ballots of a voter are control pairs: an entry beside a damaged copy of it. */
export function controlPlaces(scope: Scope, voter: string): number[] {
  const quota = QUOTA[scope.phase];
  const lots = lotsOf(scope.seed);
  const order = shuffled(quota - SETTLED, (counter) =>
    lots('controls', ...names(scope, voter), voter, counter),
  );
  return [...order.subarray(0, CONTROLS[scope.phase])].map((place) => SETTLED + place).sort((a, b) => a - b);
}

/** The entry of a control pair and the side of its damaged copy; null when every entry is rejected. */
export function control(
  scope: Scope,
  entries: readonly string[],
  { voter, k }: Omit<Asked, 'slot'>,
  rejects: Rejects,
): { entry: string; damaged: 'left' | 'right' } | null {
  const lot = lotsOf(scope.seed)('control', ...names(scope, voter), voter, k);
  const start = placeBy(word(lot, 0), entries.length);
  for (let step = 0; step < entries.length; step += 1) {
    const entry = entries[(start + step) % entries.length] ?? '';
    if (!rejects(entry, entry)) return { entry, damaged: ((lot[31] ?? 0) & 1) === 1 ? 'right' : 'left' };
  }
  return null;
}

/** The order of one block. A few are kept: neighbours in a schedule ask for the same. */
function orderOf(scope: Scope, size: number, block: number): Int32Array {
  const key = [scope.seed, ...names(scope), size, block].join('|');
  const known = ORDERS.get(key);
  if (known) return known;
  const lots = lotsOf(scope.seed);
  const order = shuffled(size, (counter) => lots('block', ...names(scope), size, block, counter));
  if (ORDERS.size >= 64) ORDERS.delete(ORDERS.keys().next().value ?? '');
  ORDERS.set(key, order);
  return order;
}
const ORDERS = new Map<string, Int32Array>();

function names({ competition, category, phase }: Scope, voter = 'nobody'): string[] {
  demand(isName(competition) && isName(category) && isName(voter), 'NAME_AMISS');
  return [competition, category, phase];
}
