import { createHash } from 'node:crypto';
import {
  assign,
  ballotTable,
  type Ballot,
  type Count,
  DEFAULT_RULES,
  type Entry,
  type Judge,
  type Outcome,
  panelCommitment,
  type Phase,
  tally,
  tallyQualifying,
  type Voter as CountedVoter,
} from '@stellary/judging';
import { type Chance, chanceFrom, shuffle } from './chance.ts';
import { makeWorld, type Voter, type World } from './worlds.ts';

/** What a ring does. All their accounts are old, stand alone and pass every control. */
export type Attack = {
  /**
   * Omni pushes the target, buries the strongest and presses anything elsewhere; burial does the same and is honest
   * elsewhere; stealth is honest but for the target; griefing says the opposite of what is true to raise the alarm.
   */
  way: 'omni' | 'burial' | 'stealth' | 'griefing';
  /** Of all choices in qualifying, or of all accounts: who leaves early is an account and hardly a choice. */
  share: number;
  of?: 'choices' | 'accounts';
  corrupt_judge: boolean;
  /** By true rank: 0.2 of the field is far down, the eighth is a near miss. */
  target: 'far' | 'near_miss';
};

export type Run = {
  /** True first five among those that won. */
  found: number;
  target_won: boolean;
  alarm: boolean;
  mode: Outcome['mode'];
  honest: number;
  honest_flagged: number;
  ring_flagged: number;
  ring: number;
  jurors: number;
  jurors_voided: number;
  corrupt_voided: boolean;
};

const RIVALS = 12;
const JUDGES = 7;
const PLACES = 5;

/** One whole month, counted by the very package that counts the real ones. */
export function runRound(world_name: string, seed: number, attack: Attack | null): Run {
  const chance = chanceFrom(seed);
  const world = makeWorld(world_name, chance);
  const ranked = [...world.worth.keys()].sort((a, b) => (world.worth[b] ?? 0) - (world.worth[a] ?? 0));
  const far = Math.round(world.worth.length * (world.worth.length >= 200 ? 0.2 : 1 / 3)) - 1;
  const target = attack === null ? -1 : (ranked[attack.target === 'far' ? far : 7] ?? 0);
  const rivals = new Set(ranked.filter((entry) => entry !== target).slice(0, RIVALS));
  const ring = attack ? ringSize(world, attack) : 0;
  const people: Person[] = [
    ...world.voters.map((voter) => ({ voter, ring: false })),
    ...Array.from({ length: ring }, () => ({ voter: FAITHFUL, ring: true })),
  ];
  const choose: Choose = (person, left, right) =>
    person.ring && attack
      ? ringChooses(
          attack.way,
          { left, right, target, rivals },
          () => honestly(world, person.voter, left, right, chance),
          chance,
        )
      : honestly(world, person.voter, left, right, chance);

  const cast = new Caster(world, shuffle(people, chance), seed, choose);
  const qualifying = cast.phase('qualifying', cast.entries);
  const open = { ...cast.about, entries: cast.entries, voters: cast.voters, finalists: null, support: null };
  const { finalists } = tallyQualifying({
    ...open,
    ballots: ballotTable(cast.entries, cast.voters, qualifying),
  });
  const final = cast.phase(
    'final',
    cast.entries.filter(({ id }) => finalists.includes(id)),
  );
  const panel = judges(world, finalists, attack?.corrupt_judge ? { target, rivals } : null, chance);
  const outcome = tally({
    ...open,
    ballots: ballotTable(cast.entries, cast.voters, [...qualifying, ...final]),
    panel,
    prizes: Array.from({ length: PLACES }, () => '1'),
  });
  return measure(outcome, cast, ranked, target);
}

type Person = { voter: Voter; ring: boolean };
type Choose = (person: Person, left: number, right: number) => 'left' | 'right';

/** Whether a ring is the same whatever its share is of: so it is where everybody does as much as they may. */
export function isSameOfAccounts(world_name: string, seed: number, attack: Attack): boolean {
  const world = makeWorld(world_name, chanceFrom(seed));
  return ringSize(world, attack) === ringSize(world, { ...attack, of: 'accounts' });
}

/** Everybody in a ring does the whole quota. */
function ringSize({ voters }: World, { share, of = 'choices' }: Attack): number {
  const choices = voters.reduce((all, { effort }) => all + effort[0], 0);
  const honest = of === 'accounts' ? voters.length : choices / FAITHFUL.effort[0];
  return Math.round((honest * share) / (1 - share));
}

const FAITHFUL: Voter = { effort: [28, 15], favourite: null, careless: false, style: [] };

function honestly(world: World, voter: Voter, left: number, right: number, chance: Chance): 'left' | 'right' {
  if (voter.careless) return chance.uniform() < 0.5 ? 'left' : 'right';
  if (voter.favourite === left) return 'left';
  if (voter.favourite === right) return 'right';
  return world.look(voter, left, chance) > world.look(voter, right, chance) ? 'left' : 'right';
}

type Seen = { left: number; right: number; target: number; rivals: ReadonlySet<number> };

function ringChooses(
  way: Attack['way'],
  { left, right, target, rivals }: Seen,
  honest: () => 'left' | 'right',
  chance: Chance,
) {
  if (left === target) return 'left';
  if (right === target) return 'right';
  if (way === 'stealth') return honest();
  if (way === 'griefing') return honest() === 'left' ? 'right' : 'left';
  if (rivals.has(left) !== rivals.has(right)) return rivals.has(left) ? 'right' : 'left';
  if (way === 'burial') return honest();
  return chance.uniform() < 0.5 ? 'left' : 'right';
}

const idOf = (kind: string, index: number) => `${kind}-${String(index).padStart(5, '0')}`;
const indexOf = (id: string) => Number(id.slice(-5));

/** Gives pairs to people in turn, as the server would. */
class Caster {
  readonly entries: Entry[];
  readonly voters: CountedVoter[];
  readonly about: Pick<Count, 'competition' | 'category' | 'seed' | 'rules'>;
  readonly people: readonly Person[];
  readonly #choose: Choose;

  constructor(world: World, people: readonly Person[], seed: number, choose: Choose) {
    this.people = people;
    this.#choose = choose;
    this.entries = world.worth.map((_, index) => ({
      id: idOf('entry', index),
      asset: '0'.repeat(64),
      persons: [idOf('person', index)],
      out: null,
    }));
    this.voters = people.map((_, index) => ({
      id: idOf('voter', index),
      class: 'established',
      cluster: null,
      barred: null,
    }));
    this.about = {
      competition: 'simulated',
      category: 'image',
      seed: createHash('sha256').update(`simulated ${seed}`).digest('hex'),
      rules: { ...DEFAULT_RULES, samples: 0 },
    };
  }

  phase(phase: Phase, entries: readonly Entry[]): Ballot[] {
    const ids = entries.map(({ id }) => id);
    const scope = { ...this.about, phase };
    const cast: Ballot[] = [];
    const at = phase === 'qualifying' ? 0 : 1;
    for (let k = 0; k < 30; k += 1)
      for (const [index, person] of this.people.entries()) {
        if (k >= person.voter.effort[at]) continue;
        const voter = idOf('voter', index);
        const pair = assign(scope, ids, { voter, k, slot: cast.length }, () => false);
        if (!pair) continue;
        const choice = this.#choose(person, indexOf(pair.left), indexOf(pair.right));
        cast.push({ phase, voter, k, slot: cast.length, ...pair, choice, damaged: null, dwell: 0, hour: 0 });
      }
    return cast;
  }
}

function judges(
  world: World,
  finalists: readonly string[],
  corrupt: { target: number; rivals: ReadonlySet<number> } | null,
  chance: Chance,
): Judge[] {
  return Array.from({ length: JUDGES }, (_, judge) => {
    const looks = new Map(finalists.map((id) => [id, world.judgeLooks(judge, indexOf(id), chance)]));
    if (corrupt && judge === 0)
      for (const id of finalists) {
        const entry = indexOf(id);
        const push = entry === corrupt.target ? 1e6 : corrupt.rivals.has(entry) ? -1e6 : 0;
        looks.set(id, (looks.get(id) ?? 0) + push);
      }
    const ranking = [...finalists].sort((a, b) => (looks.get(b) ?? 0) - (looks.get(a) ?? 0));
    const id = idOf('judge', judge);
    const commitment = panelCommitment({ judge: id, ranking, salt: '' });
    return { id, name: id, ranking, salt: '', commitment, barred: null };
  });
}

function measure(outcome: Outcome, { people }: Caster, ranked: readonly number[], target: number): Run {
  const won = new Set(outcome.places.map(({ entry }) => indexOf(entry)));
  const isFlagged = (index: number) => outcome.voters[index]?.[1] === 'LOW_AGREEMENT';
  const honest = [...people.keys()].filter((index) => !people[index]?.ring && !people[index]?.voter.careless);
  const ring = [...people.keys()].filter((index) => people[index]?.ring);
  const voided = outcome.panel.filter((judge) => judge.void !== null);
  return {
    found: ranked.slice(0, PLACES).filter((entry) => won.has(entry)).length,
    target_won: won.has(target),
    alarm: outcome.reliability.alarm,
    mode: outcome.mode,
    honest: honest.length,
    honest_flagged: honest.filter(isFlagged).length,
    ring: ring.length,
    ring_flagged: ring.filter(isFlagged).length,
    jurors: JUDGES,
    jurors_voided: voided.length,
    corrupt_voided: voided.some(({ judge }) => judge === idOf('judge', 0)),
  };
}
