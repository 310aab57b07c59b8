import { round } from '../quantile.ts';
import { type Attack, isSameOfAccounts, type Run, runRound } from './rounds.ts';
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

/**
 * "A fifth" is of all choices. Of all accounts it is more where people leave early and the ring does not: there the same
 * is done once more by so many accounts.
 */
const RINGS = ['omni', 'burial', 'stealth', 'griefing'] as const;
type Ring = (typeof RINGS)[number];

type Scene = keyof typeof SCENES;
type Seen = Record<Scene, Run[]> & { by_accounts: Record<Ring, Run[]> };

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
  const runsOf = (scene: Scene) => [...all.values()].flatMap((seen) => seen[scene]);
  const honest = runsOf('honest');
  const won = (scene: Scene) => wins(runsOf(scene));
  const byAccounts = (ring: Ring) => wins([...all.values()].flatMap(({ by_accounts }) => by_accounts[ring]));
  return {
    precision_at_5: precision(honest),
    attack_success: Math.max(won('omni'), won('stealth'), won('griefing')),
    attack_success_burial: won('burial'),
    attack_runs: runsOf('omni').length,
    attack_success_by_accounts: Math.max(byAccounts('omni'), byAccounts('stealth'), byAccounts('griefing')),
    attack_success_burial_by_accounts: byAccounts('burial'),
    honest_flagged: part(honest, 'honest_flagged', 'honest'),
    near_miss_success: rate(runsOf('near_miss')),
    near_miss_success_worst: rate(runsOf('near_miss_worst')),
    alarm_honest: honest.filter(({ alarm }) => alarm).length,
    honest_runs: honest.length,
    honest_jurors_voided: part(honest, 'jurors_voided', 'jurors'),
    worlds: Object.fromEntries([...all].map(([world, seen]) => [world, figuresOf(seen)])),
  };
}

function inWorld(world: string, times: number, seed: number): Seen {
  const run = (attack: Attack | null) =>
    Array.from({ length: times }, (_, n) => runRound(world, seed + n, attack));
  const seen = {
    honest: run(SCENES.honest),
    omni: run(SCENES.omni),
    burial: run(SCENES.burial),
    stealth: run(SCENES.stealth),
    griefing: run(SCENES.griefing),
    near_miss: run(SCENES.near_miss),
    near_miss_worst: run(SCENES.near_miss_worst),
  };
  const ofAccounts = (ring: Ring) =>
    seen[ring].map((one, n) =>
      isSameOfAccounts(world, seed + n, SCENES[ring])
        ? one
        : runRound(world, seed + n, { ...SCENES[ring], of: 'accounts' }),
    );
  const by_accounts = {
    omni: ofAccounts('omni'),
    burial: ofAccounts('burial'),
    stealth: ofAccounts('stealth'),
    griefing: ofAccounts('griefing'),
  };
  return { ...seen, by_accounts };
}

const figuresOf = ({
  honest,
  omni,
  burial,
  stealth,
  griefing,
  near_miss,
  near_miss_worst,
  by_accounts,
}: Seen) => ({
  runs: honest.length,
  precision_at_5: precision(honest),
  omni_success: rate(omni),
  burial_success: rate(burial),
  stealth_success: rate(stealth),
  griefing_success: rate(griefing),
  omni_success_by_accounts: rate(by_accounts.omni),
  burial_success_by_accounts: rate(by_accounts.burial),
  stealth_success_by_accounts: rate(by_accounts.stealth),
  griefing_success_by_accounts: rate(by_accounts.griefing),
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
const wins = (runs: readonly Run[]): number => runs.filter(({ target_won }) => target_won).length;
const rate = (runs: readonly Run[]): number => mean(runs.map(({ target_won }) => Number(target_won)));
const part = (
  runs: readonly Run[],
  some: 'honest_flagged' | 'ring_flagged' | 'jurors_voided',
  all: 'honest' | 'ring' | 'jurors',
) => round(sum(runs.map((run) => run[some])) / Math.max(1, sum(runs.map((run) => run[all]))), 4);
const mean = (values: readonly number[]): number => round(sum(values) / Math.max(1, values.length), 4);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
