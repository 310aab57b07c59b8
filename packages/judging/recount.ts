import { control, controlPlaces, pairAt, type Scope } from './assign.ts';
import { ballotAt } from './ballots.ts';
import { type Bundle, countOf, hashBallots, rulesHash } from './bundle.ts';
import { canonical } from './canonical.ts';
import { type Ballot, type Count, GIVEN_MAX, PHASES } from './kinds.ts';
import { commitSeed } from './lots.ts';
import { rootOf } from './merkle.ts';
import { type Finding, reading, sentenceOf } from './read.ts';
import type { Bytes } from './sha256.ts';
import { finish, type Step } from './steps.ts';
import { counting, type Outcome } from './tally.ts';

export type Recount = {
  agrees: boolean;
  findings: Finding[];
  /** As it was counted here; null for what is no bundle. */
  outcome: Outcome | null;
  bundle: Bundle | null;
};

/**
 * Reads a bundle, counts again and says part by part whether it says the same. It never throws. That the bundle is the one
 * that was published, and that roots, rules and the seed's commitment were published in time, is for the reader to compare:
 * they are in its findings.
 */
export const recount = (text: string | Uint8Array): Recount => finish(recounting(text));

/** The same with pauses, for who shows how far it is. */
export function* recounting(text: string | Uint8Array): Generator<Step, Recount> {
  const { countable: bundle, findings: read } = yield* reading(text);
  if (!bundle) return { agrees: false, findings: read, outcome: null, bundle: null };
  const findings: Finding[] = [...read];
  let outcome: Outcome | null = null;
  try {
    const count = countOf(bundle);
    outcome = yield* counting(count);
    yield { step: 'roots', done: 0 };
    const hashed = hashBallots(count.entries, count.voters, count.ballots);
    findings.push(
      same('rules', rulesHash(bundle.rules), bundle.rules_hash),
      same('seed', commitSeed(bundle.seed), bundle.seed_commitment),
      lookAtRoots(bundle, hashed),
      yield* lookAtPairs(bundle, count, outcome),
      ...compare(bundle.outcome, outcome),
    );
  } catch (error) {
    findings.push({
      name: 'count',
      holds: false,
      detail: sentenceOf(error),
    });
  }
  return { agrees: findings.every(({ holds }) => holds), findings, outcome, bundle };
}

/** A line for each finding, in their order. */
export const inWords = (findings: readonly Finding[]): string[] =>
  findings.map(
    ({ name, holds, detail }) => `${holds ? 'agrees' : 'DIFFERS'}  ${name}${detail && `: ${detail}`}`,
  );

function same(name: string, found: string, said: string): Finding {
  return found === said
    ? { name, holds: true, detail: found }
    : { name, holds: false, detail: `it says ${said} and is ${found}` };
}

/** Each root is that of the first so many ballots, they follow each other, and the last has all. A day may end two phases. */
function lookAtRoots({ roots }: Bundle, hashed: Bytes): Finding {
  const cast = hashed.length / 32;
  const differs = (detail: string) => ({ name: 'roots', holds: false, detail });
  for (const [index, { day, size, root }] of roots.entries()) {
    const before = roots[index - 1];
    if (before && (before.day > day || before.size > size))
      return differs(`${day} does not follow ${before.day}`);
    if (size > cast) return differs(`${day} has more ballots than were cast`);
    if (rootOf(hashed, size) !== root) return differs(`the ballots up to ${day} are not those of its root`);
  }
  const last = roots.at(-1);
  if ((last?.size ?? 0) !== cast) return differs('the last root does not have all ballots');
  return { name: 'roots', holds: true, detail: `${roots.length} days, ${last?.root ?? 'no ballots'}` };
}

/**
 * Every pair is the one that the seed had for this voter at this place, every control stands where it was due, and places
 * were given from the first on, each once and none left out. So what is missing before the last is found; a schedule that
 * ends early, and another choice, show in the roots alone.
 */
function* lookAtPairs(
  { seed, competition, category }: Bundle,
  { entries, voters, ballots }: Count,
  outcome: Outcome,
): Generator<Step, Finding> {
  const differs = (at: number, why: string) => ({
    name: 'pairs',
    holds: false,
    detail: `ballot ${at} ${why}`,
  });
  const all = entries.map(({ id }) => id);
  const shown = { qualifying: all, final: outcome.finalists.map(({ entry }) => entry).sort() };
  const series = { slots: PHASES.map(() => seriesOf(ballots.length)), voters: new Map<string, Series>() };
  for (let at = 0; at < ballots.length; at += 1) {
    if (at % 1000 === 0) yield { step: 'pairs', done: at };
    const ballot = ballotAt(entries, voters, ballots, at);
    const { phase, voter, k, slot } = ballot;
    const whose = `${phase} of ${voter}`;
    const given = series.voters.get(whose) ?? seriesOf(GIVEN_MAX[phase]);
    series.voters.set(whose, given);
    const slots = series.slots[ballots.phase[at]!]!;
    if (!isNew(given, k)) return differs(at, `has a place that was given before: ${whose}, ${k}`);
    if (ballot.damaged === null && !isNew(slots, slot))
      return differs(at, `has a place that was given before: ${phase}, slot, ${slot}`);
    const scope: Scope = { seed, competition, category, phase };
    if (k >= GIVEN_MAX[phase]) return differs(at, 'is one more than a voter is given');
    if (!isDue(scope, shown[phase], ballot)) return differs(at, 'is of another pair than was due');
  }
  const named: [string, Series][] = series.slots.map((one, phase) => [`${PHASES[phase]}, slot`, one]);
  for (const [whose, { given, last }] of [...named, ...series.voters])
    if (given !== last + 1)
      return { name: 'pairs', holds: false, detail: `${last + 1 - given} left out of ${whose}` };
  return { name: 'pairs', holds: true, detail: `${ballots.length} in ${PHASES.length} phases` };
}

/** Numbers that shall run from 0, each once: which came, how many, and the last. */
type Series = { came: Uint8Array; given: number; last: number };
const seriesOf = (size: number): Series => ({ came: new Uint8Array(size), given: 0, last: -1 });

/** One beyond the room leaves a gap, which is found in the end. */
function isNew(series: Series, number: number): boolean {
  if (series.came[number] === 1) return false;
  if (number < series.came.length) series.came[number] = 1;
  series.given += 1;
  series.last = Math.max(series.last, number);
  return true;
}

/** What a control shows depends on which copies could be made, which no bundle says; where it stands and its side do not. */
function isDue(scope: Scope, shown: readonly string[], ballot: Ballot): boolean {
  const { voter, k, slot, draw, left, right, damaged } = ballot;
  if (damaged !== null) {
    const due = controlPlaces(scope, voter).includes(k)
      ? control(scope, shown, { voter, k }, (one) => one !== left)
      : null;
    return left === right && slot === -1 && draw === -1 && due?.damaged === damaged;
  }
  if (draw < 0 || slot < 0) return false;
  const [one, other] = pairAt(scope, shown.length, ballot, draw) ?? [-1, -1];
  return shown[one] === left && shown[other] === right;
}

/** Part by part, so that it is said which one differs. */
function compare(said: Outcome, found: Outcome): Finding[] {
  const {
    strengths,
    strengths_digest,
    voters,
    panel,
    finalists,
    places,
    unused,
    final_strengths_digest,
    ...rest
  } = found;
  const parts: Record<string, [unknown, unknown, string]> = {
    strengths: [[strengths, strengths_digest], [said.strengths, said.strengths_digest], strengths_digest],
    weights: [voters, said.voters, `${voters.length} voters`],
    panel: [
      panel,
      said.panel,
      `${panel.filter((judge) => judge.void === null).length} of ${panel.length} rankings count`,
    ],
    finalists: [
      [finalists, final_strengths_digest],
      [said.finalists, said.final_strengths_digest],
      final_strengths_digest,
    ],
    places: [[places, unused], [said.places, said.unused], `${places.length} places`],
    tests: [
      rest,
      Object.fromEntries(Object.keys(rest).map((key) => [key, said[key as keyof Outcome]])),
      rest.mode,
    ],
  };
  return Object.entries(parts).map(([name, [one, other, detail]]) =>
    canonical(one) === canonical(other)
      ? { name, holds: true, detail }
      : { name, holds: false, detail: 'counted again it is another' },
  );
}
