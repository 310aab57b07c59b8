import { loadavg } from 'node:os';
import {
  type Ballots,
  type Count,
  DEFAULT_RULES,
  panelCommitment,
  roomForBallots,
  tally,
} from '@stellary/judging';
import { quantile, round } from '../quantile.ts';
import { type Chance, chanceFrom } from '../simulate/chance.ts';

const ENTRIES = 5_000;
const QUALIFYING = 28;
const FINAL = 14;
const RUNS = 3;
const JUDGES = 7;

/**
 * A whole tally of 5,000 entries, with the ballots of both phases: weights, two fits, since some voters press anything and
 * are removed, the panel, and 500 samples. By the clock, and by what the processor was busy, which the load of others
 * does not change.
 */
export async function benchTally(): Promise<Record<string, number>> {
  const small = measure(250_000, RUNS);
  const large = measure(1_500_000, 1);
  return {
    tally_250k_s: small.wall_s,
    tally_250k_cpu_s: small.cpu_s,
    tally_250k_sweeps: small.sweeps,
    tally_1500k_s: large.wall_s,
    tally_1500k_cpu_s: large.cpu_s,
    tally_1500k_sweeps: large.sweeps,
    tally_load: round(loadavg()[0] ?? 0),
  };
}

function measure(ballots: number, runs: number) {
  const count = countOf(ballots);
  const walls: number[] = [];
  const busy: number[] = [];
  let sweeps = 0;
  for (let run = 0; run < runs; run += 1) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    const outcome = tally(count);
    const { user, system } = process.cpuUsage(used);
    walls.push((performance.now() - began) / 1000);
    busy.push((user + system) / 1e6);
    sweeps = outcome.sweeps[0];
    if (outcome.places.length !== 5 || outcome.reliability.removed === 0)
      throw new Error('this is no whole tally');
  }
  return { wall_s: round(quantile(walls, 0.5), 2), cpu_s: round(quantile(busy, 0.5), 2), sweeps };
}

/** A third of all ballots is of the final, as quotas have it. */
function countOf(ballots: number): Count {
  const chance = chanceFrom(ballots);
  const size = Math.floor(ballots / (QUALIFYING + FINAL));
  const worth = Array.from({ length: ENTRIES }, () => chance.normal());
  const finalists = [...worth.keys()].sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0)).slice(0, 20);
  const ids = finalists.map((index) => idOf('entry', index));
  return {
    ...{ competition: 'bench', category: 'image', seed: '5e'.repeat(32), rules: DEFAULT_RULES },
    entries: worth.map((_, index) => ({
      id: idOf('entry', index),
      asset: '00'.repeat(32),
      persons: [idOf('person', index)],
      out: null,
    })),
    voters: Array.from({ length: size }, (_, index) => ({
      id: idOf('voter', index),
      class: index % 10 === 0 ? 'new' : 'established',
      cluster: index % 50 === 0 ? idOf('cluster', index % 17) : null,
      barred: null,
    })),
    ballots: cast(ballots, size, worth, finalists, chance),
    support: null,
    panel: Array.from({ length: JUDGES }, (_, index) => judgeAt(index, ids, worth, chance)),
    prizes: ['5', '4', '3', '2', '1'],
    finalists: ids,
  };
}

function cast(length: number, voters: number, worth: number[], finalists: number[], chance: Chance): Ballots {
  const ballots = roomForBallots(length);
  const all = [...worth.keys()];
  for (let at = 0; at < length; at += 1) {
    const voter = at % voters;
    const is_final = Math.floor(at / voters) >= QUALIFYING;
    const among = is_final ? finalists : all;
    const left = chance.below(among.length);
    const right = (left + 1 + chance.below(among.length - 1)) % among.length;
    const [one, other] = [among[left] ?? 0, among[right] ?? 0];
    // one in a hundred presses anything
    const gap = voter % 100 === 3 ? 0 : (worth[one] ?? 0) - (worth[other] ?? 0);
    ballots.phase[at] = is_final ? 1 : 0;
    ballots.voter[at] = voter;
    ballots.left[at] = one;
    ballots.right[at] = other;
    ballots.choice[at] = chance.below(20) === 0 ? 2 : gap + chance.normal() + chance.normal() > 0 ? 0 : 1;
  }
  return ballots;
}

function judgeAt(index: number, ids: string[], worth: number[], chance: Chance) {
  const looks = new Map(ids.map((id) => [id, (worth[Number(id.slice(-7))] ?? 0) + 0.2 * chance.normal()]));
  const ranking = ids.toSorted((a, b) => (looks.get(b) ?? 0) - (looks.get(a) ?? 0));
  const id = idOf('judge', index);
  return {
    id,
    name: id,
    ranking,
    salt: '',
    commitment: panelCommitment({ judge: id, ranking, salt: '' }),
    barred: null,
  };
}

const idOf = (kind: string, index: number) => `${kind}-${String(index).padStart(7, '0')}`;
