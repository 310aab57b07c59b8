/** A run of time, [from, to). */
export type Run = { from: Date; to: Date };
export type Pieces = { days: Run[]; hours: Run[]; minutes: Run[] };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Takes the time between cuts apart into runs of whole UTC days, of whole hours and of the rest, so that each cut lies
 * between two of them. Runs that follow each other are one.
 */
export function piecesOf(cuts: readonly Date[]): Pieces {
  const pieces: Pieces = { days: [], hours: [], minutes: [] };
  for (const [place, cut] of cuts.entries()) {
    const next = cuts[place + 1];
    if (next) take(pieces, cut.getTime(), next.getTime());
  }
  return pieces;
}

function take(pieces: Pieces, from: number, to: number): void {
  const [first_hour, last_hour] = [up(from, HOUR_MS), down(to, HOUR_MS)];
  if (first_hour >= last_hour) return put(pieces.minutes, from, to);
  const [first_day, last_day] = [up(from, DAY_MS), down(to, DAY_MS)];
  put(pieces.minutes, from, first_hour);
  if (first_day < last_day) {
    put(pieces.hours, first_hour, first_day);
    put(pieces.days, first_day, last_day);
    put(pieces.hours, last_day, last_hour);
  } else {
    put(pieces.hours, first_hour, last_hour);
  }
  put(pieces.minutes, last_hour, to);
}

const up = (at: number, step: number) => Math.ceil(at / step) * step;
const down = (at: number, step: number) => Math.floor(at / step) * step;

function put(runs: Run[], from: number, to: number): void {
  if (from >= to) return;
  const last = runs.at(-1);
  if (last?.to.getTime() === from) last.to = new Date(to);
  else runs.push({ from: new Date(from), to: new Date(to) });
}
