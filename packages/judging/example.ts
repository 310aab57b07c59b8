// A whole round out of one number: for tests, for the golden bundle, and to see what a bundle looks like. Everything in it
// is drawn by SHA-256, so that every engine makes the same bytes.
import { assign, control, controlPlaces, type Scope } from './assign.ts';
import { ballotTable } from './ballots.ts';
import { dailyRoot, hashBallots, makeBundle, type Published } from './bundle.ts';
import {
  type Ballot,
  DEFAULT_RULES,
  type Entry,
  type Judge,
  type Phase,
  QUOTA,
  type Rules,
  type Voter,
} from './kinds.ts';
import { placeBy, word } from './lots.ts';
import { panelCommitment } from './panel.ts';
import { sha256, sha256Hex, utf8 } from './sha256.ts';
import { tallyQualifying } from './tally.ts';

export type ExampleSize = {
  seed: number;
  entries: number;
  voters: number;
  judges?: number;
  rules?: Partial<Rules>;
};

/** All that a bundle is made of, of a month in which people mostly agree. */
export function exampleRound({ seed, entries, voters, judges = 7, rules = {} }: ExampleSize): Published {
  const draw = drawsOf(`example ${seed}`);
  const made: Made = {
    draw,
    scope: {
      seed: sha256Hex(`seed ${seed}`),
      competition: '2026-11',
      category: 'image',
      phase: 'qualifying',
    },
    entries: Array.from({ length: entries }, (_, index) => entryAt(index, draw)),
    worth: Array.from({ length: entries }, () => draw(1000)),
    voters: Array.from({ length: voters }, (_, index) => voterAt(index, draw)),
  };
  const qualifying = castIn('qualifying', made, 0);
  const about = {
    ...{ competition: made.scope.competition, category: made.scope.category, seed: made.scope.seed },
    ...{ entries: made.entries, voters: made.voters, support: null },
    rules: { judging: { ...DEFAULT_RULES, ...rules }, title: 'Night trains', sizes: [1024, 1024] },
  };
  const half = {
    ...about,
    rules: about.rules.judging,
    ballots: ballotTable(made.entries, made.voters, qualifying),
  };
  const { finalists } = tallyQualifying({ ...half, finalists: null });
  const cast = [...qualifying, ...castIn('final', { ...made, entries: namedIn(finalists, made.entries) }, 5)];
  const ballots = ballotTable(made.entries, made.voters, cast);
  const hashed = hashBallots(made.entries, made.voters, ballots);
  return {
    ...about,
    ballots,
    roots: [dailyRoot('2026-11-24', hashed, qualifying.length), dailyRoot('2026-11-28', hashed)],
    panel: Array.from({ length: judges }, (_, index) => judgeAt(index, finalists, made)),
    prizes: ['50000000000', '25000000000', '12500000000', '7500000000', '5000000001'],
    finalists: null,
    ...{ version: 1, previous: null, reason: null },
  };
}

/** The round whose bundle is known to the byte. */
export const GOLDEN_ROUND: ExampleSize = { seed: 2026, entries: 300, voters: 330, rules: { samples: 50 } };

export const exampleBundle = (size: ExampleSize): string => makeBundle(exampleRound(size));

type Draw = (below: number) => number;
type Made = { draw: Draw; scope: Scope; entries: Entry[]; worth: number[]; voters: Voter[] };

/** Whole numbers out of a counter stream. */
export function drawsOf(name: string): Draw {
  let drawn = 0;
  let bytes: Uint8Array = new Uint8Array();
  return (below) => {
    if (drawn % 8 === 0) bytes = sha256(utf8(`${name} ${drawn / 8}`));
    drawn += 1;
    return placeBy(word(bytes, (drawn - 1) % 8), below);
  };
}

const named = (kind: string, index: number) => `${kind}-${String(index).padStart(5, '0')}`;

const entryAt = (index: number, draw: Draw): Entry => ({
  id: named('entry', index),
  asset: sha256Hex(`asset ${index}`),
  // now and then somebody enters twice
  persons: [named('person', draw(10) === 0 ? Math.floor(index / 2) : index)],
  out: null,
});

const voterAt = (index: number, draw: Draw): Voter => ({
  id: named('voter', index),
  class: draw(4) === 0 ? 'new' : 'established',
  cluster: draw(12) === 0 ? named('cluster', draw(5)) : null,
  barred: draw(40) === 0 ? 'ENTRANT' : null,
});

/** Everybody in turn, as a schedule would have it on a busy day. */
function castIn(phase: Phase, made: Made, days: number): Ballot[] {
  const scope = { ...made.scope, phase };
  const ids = made.entries.map(({ id }) => id).sort();
  const cast: Ballot[] = [];
  const given = new Map<string, number>();
  let slot = 0;
  for (let turn = 0; turn < QUOTA[phase]; turn += 1)
    for (const [index, { id: voter }] of made.voters.entries()) {
      // some leave early, and some in the final were not there before
      if (turn > 4 + ((index * 7) % 40)) continue;
      const k = given.get(voter) ?? 0;
      const hour = 494_400 + days * 24 + Math.floor(turn / 2);
      const dwell = 2 + made.draw(20);
      const about = { phase, voter, k, dwell, hour };
      if (controlPlaces(scope, voter).includes(k)) {
        const pair = control(scope, ids, { voter, k }, () => false);
        if (!pair) continue;
        given.set(voter, k + 1);
        const whole = pair.damaged === 'left' ? ('right' as const) : ('left' as const);
        const choice = made.draw(20) === 0 ? ('equal' as const) : whole;
        cast.push({
          ...about,
          slot: -1,
          draw: -1,
          left: pair.entry,
          right: pair.entry,
          damaged: pair.damaged,
          choice,
        });
        continue;
      }
      const pair = assign(scope, ids, { voter, k, slot }, (one, other) =>
        `${one}${other}`.includes(voter.slice(-4)),
      );
      // there is none left for them, and no place is taken
      if (!pair) continue;
      cast.push({ ...about, slot, damaged: null, ...pair, choice: chosen(index, pair, made) });
      given.set(voter, k + 1);
      slot += 1;
    }
  return cast;
}

function chosen(
  voter: number,
  { left, right }: { left: string; right: string },
  { draw, worth }: Made,
): Ballot['choice'] {
  if (draw(30) === 0) return draw(8) === 0 ? 'report' : 'skip';
  const taste = (id: string) => (worth[Number(id.slice(-5))] ?? 0) + draw(600) + draw(600);
  const gap = taste(left) - taste(right);
  if (Math.abs(gap) < 60) return 'equal';
  // one in thirty presses whatever is there
  if (voter % 30 === 7) return draw(2) === 0 ? 'left' : 'right';
  return gap > 0 ? 'left' : 'right';
}

function judgeAt(index: number, finalists: readonly string[], { draw, worth }: Made): Judge {
  const score = new Map(finalists.map((id) => [id, (worth[Number(id.slice(-5))] ?? 0) + draw(500)]));
  const ranking = [...finalists].sort(
    (a, b) => (score.get(b) ?? 0) - (score.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const id = named('judge', index);
  const salt = sha256Hex(`salt ${index}`);
  return {
    ...{ id, name: `Judge ${index + 1}`, ranking, salt },
    commitment: panelCommitment({ judge: id, ranking, salt }),
    barred: null,
  };
}

const namedIn = (ids: readonly string[], entries: readonly Entry[]): Entry[] =>
  entries.filter(({ id }) => ids.includes(id));
