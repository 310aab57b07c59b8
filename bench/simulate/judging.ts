import { round } from '../quantile.ts';
import { type Attack, type Run, runRound } from './rounds.ts';
import { KINDS } from './worlds.ts';

/** A ring of a fifth of all voters and one of seven judges, for an entry from far down. */
const FAR = { share: 0.2, corrupt_judge: true, target: 'far' } as const;
const NEAR = { target: 'near_miss', way: 'stealth' } as const;

/** What is done in every world, as often as asked. Burial is ours: harder to see than the others, which are the reference's. */
const SCENES = {
  honest: null,
  omni: { way: 'omni', ...FAR },
  burial: { way: 'burial', ...FAR },
  stealth: { way: 'stealth', ...FAR },
  griefing: { way: 'griefing', ...FAR },
  near_miss: { ...NEAR, share: 0.09, corrupt_judge: false },
  near_miss_worst: { ...NEAR, share: 0.2, corrupt_judge: true },
} satisfies Record<string, Attack | null>;

/** Where most leave early, a fifth of all accounts is half of all choices: more than was promised to hold, and said. */
const UNEVEN = 'uneven_effort';
const BY_ACCOUNTS: Attack = { way: 'burial', ...FAR, of: 'accounts' };

type Scene = keyof typeof SCENES;
type Seen = Record<Scene, Run[]>;

const HEADER = [
  'world',
  'precis.',
  'omni',
  'burial',
  'stealth',
  'grief',
  'near',
  'near+',
  'flagged',
  'voided',
  'alarm',
  'omni!',
]
  .map((name, index) => (index === 0 ? name.padEnd(18) : name.padStart(7)))
  .join(' ');

/**
 * Simulated months in worlds where the truth is known. `runs` months of each scene, in turn through the worlds, so that a
 * figure "of 200" is of 200 months in all of them together.
 */
export function simulateJudging({ runs = 200, worlds = Object.keys(KINDS), seed = 1 } = {}): Record<
  string,
  unknown
> {
  const all = new Map<string, Seen>();
  process.stderr.write(`${HEADER}\n`);
  for (const [index, world] of worlds.entries()) {
    const times = Math.floor(runs / worlds.length) + (index < runs % worlds.length ? 1 : 0);
    const seen = inWorld(world, times, seed + index * 10_000);
    all.set(world, seen);
    process.stderr.write(`${lineOf(world, seen)}\n`);
  }
  const by_accounts = worlds.includes(UNEVEN)
    ? Array.from({ length: Math.ceil(runs / worlds.length) }, (_, n) =>
        runRound(UNEVEN, seed + n, BY_ACCOUNTS),
      )
    : [];
  const runsOf = (scene: Scene) => [...all.values()].flatMap((seen) => seen[scene]);
  const honest = runsOf('honest');
  const won = (scene: Scene) => runsOf(scene).filter(({ target_won }) => target_won).length;
  return {
    precision_at_5: precision(honest),
    attack_success: Math.max(won('omni'), won('stealth'), won('griefing')),
    attack_success_burial: won('burial'),
    attack_runs: runsOf('omni').length,
    honest_flagged: part(honest, 'honest_flagged', 'honest'),
    near_miss_success: rate(runsOf('near_miss')),
    near_miss_success_worst: rate(runsOf('near_miss_worst')),
    alarm_honest: honest.filter(({ alarm }) => alarm).length,
    honest_runs: honest.length,
    honest_jurors_voided: part(honest, 'jurors_voided', 'jurors'),
    uneven_success_by_accounts: rate(by_accounts),
    worlds: Object.fromEntries([...all].map(([world, seen]) => [world, figuresOf(seen)])),
  };
}

function inWorld(world: string, times: number, seed: number): Seen {
  const run = (attack: Attack | null) =>
    Array.from({ length: times }, (_, n) => runRound(world, seed + n, attack));
  return {
    honest: run(SCENES.honest),
    omni: run(SCENES.omni),
    burial: run(SCENES.burial),
    stealth: run(SCENES.stealth),
    griefing: run(SCENES.griefing),
    near_miss: run(SCENES.near_miss),
    near_miss_worst: run(SCENES.near_miss_worst),
  };
}

const figuresOf = ({ honest, omni, burial, stealth, griefing, near_miss, near_miss_worst }: Seen) => ({
  runs: honest.length,
  precision_at_5: precision(honest),
  omni_success: rate(omni),
  burial_success: rate(burial),
  stealth_success: rate(stealth),
  griefing_success: rate(griefing),
  precision_at_5_omni: precision(omni),
  precision_at_5_burial: precision(burial),
  precision_at_5_griefing: precision(griefing),
  near_miss_success: rate(near_miss),
  near_miss_success_worst: rate(near_miss_worst),
  honest_flagged: part(honest, 'honest_flagged', 'honest'),
  omni_flagged: part(omni, 'ring_flagged', 'ring'),
  honest_jurors_voided: part(honest, 'jurors_voided', 'jurors'),
  corrupt_judge_voided: mean(omni.map(({ corrupt_voided }) => Number(corrupt_voided))),
  alarm_honest: mean(honest.map(({ alarm }) => Number(alarm))),
  alarm_omni: mean(omni.map(({ alarm }) => Number(alarm))),
});

function lineOf(world: string, seen: Seen): string {
  const { runs: _, ...of } = figuresOf(seen);
  const cells = [
    ...[of.precision_at_5, of.omni_success, of.burial_success, of.stealth_success, of.griefing_success],
    ...[of.near_miss_success, of.near_miss_success_worst, of.honest_flagged, of.honest_jurors_voided],
    ...[of.alarm_honest, of.alarm_omni],
  ];
  return `${world.padEnd(18)} ${cells.map((cell) => cell.toFixed(3).padStart(7)).join(' ')}`;
}

const precision = (runs: readonly Run[]): number => mean(runs.map(({ found }) => found / 5));
const rate = (runs: readonly Run[]): number => mean(runs.map(({ target_won }) => Number(target_won)));
const part = (
  runs: readonly Run[],
  some: 'honest_flagged' | 'ring_flagged' | 'jurors_voided',
  all: 'honest' | 'ring' | 'jurors',
) => round(sum(runs.map((run) => run[some])) / Math.max(1, sum(runs.map((run) => run[all]))), 4);
const mean = (values: readonly number[]): number => round(sum(values) / Math.max(1, values.length), 4);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
