import { sql } from 'kysely';
import { expect } from 'vitest';
import { chanceFrom } from '../../bench/simulate/chance.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { indexOnce } from '../../server/flows/index-chain.ts';
import * as rewards from '../../server/modules/rewards/index.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { report } from './figures.ts';
import { BLOCKS_TO_FINAL, breakGround, type Ground, TOKEN } from './rewards-model/ground.ts';
import { assertInvariants, type Looked } from './rewards-model/invariants.ts';
import { draw, link, type Play, processOf } from './rewards-model/moves.ts';
import { assertAllPaid, comeToRest } from './rewards-model/rest.ts';
import { settleTown } from './rewards-model/town.ts';

type Counts = Map<string, number>;

/** Fewer than this after each move: time goes by. */
const BLOCKS_BY_THE_WAY = 4;
const LINKED_FIRST = 8;
const FIRST_DEPOSIT = 10_000n * TOKEN;

/** What a hundred seeds must have met, each at least once. */
export const EVERYTHING = [
  // the chain
  ...['blocks', 'deposit', 'deposit with crumbs', 'a rush', 'transactions are held back'],
  ...['reorganised: transactions gone', 'reorganised: in another order', 'reorganised: deeper than 4'],
  ...['rolled back: transactions gone', 'a lost transaction came late', 'publish: propose, reorganised'],
  // books and publisher
  ...[
    'index: advanced',
    'index: behind',
    'two index: one is too late',
    'two publish: both act',
    'all at once',
  ],
  ...['publish: propose', 'publish: activate', 'publish: void', 'reconcile: agrees', 'timers'],
  'publish: veto (it is to be voided)',
  // people
  ...['round awarded', 'standings changed', 'awards taken', 'link: the first', 'link: in place of another'],
  ...['link: WALLET_OF_ANOTHER', 'unlinked', 'draft: done', 'draft: EPOCH_UNDER_WAY', 'approve: done'],
  ...['approve by the same: SECOND_PERSON_NEEDED', 'approve: EPOCH_CHANGED', 'retry: done'],
  ...['void from drafted: done', 'void from cut: done', 'void from proposed: done', 'void from vetoed: done'],
  ...['relay: done', 'claim: by the wallet', 'claim to another', 'claim again'],
  // whoever stops things, and whoever should be stopped
  ...['guardian vetoes ours', 'guardian vetoes what is not ours', 'a stranger activates', 'lifted'],
  ...['lifted too early', 'a stolen key proposes', 'a stolen key is refused'],
  'halted by a stolen key: ROOT_PENDING_FOREIGN',
  // who dies
  ...['kill the reader between posting and commit', 'kill the reader before it hears of the commit'],
  ...['kill the publisher before it sent', 'kill the publisher after it sent'],
  ...['kill the publisher before a commit', 'kill the publisher after a commit'],
  ...['kill the cut between file and commit', 'kill the cut before it hears of the commit'],
  // who lies
  ...['a node leaves something out', 'a node tells nothing', 'a node makes up a deposit'],
  ...['a node answers an older state', 'a node answers older claims', 'a node answers an older head'],
  ...['a node is of another chain', 'a veto is kept secret: halted_now', 'halted by a lie: BOOKS_DIFFER'],
  ...['halted by a lie: CURSOR_BLOCK_GONE', 'lied to the publisher: ', 'lied to the reconciler: halted_now'],
  // what came of it
  ...['awards that top up', 'awards that were taken back', 'claims by the root before', 'claims to another']
    .concat('debts that were set off', 'people paid at two wallets', 'wallets paid more than once')
    .concat('epochs that were vetoed', 'epochs that were voided', 'voided epochs that came late')
    .map((what) => `in the end: ${what}`),
];
/** Dead before it did anything is no kill. */
const IN_VAIN = ': it was not there yet';

/** `REWARDS_SEEDS=7,8` plays these: with the one that a failure names, it is there again. */
export function seedsNamed(): readonly number[] | null {
  const named = process.env.REWARDS_SEEDS;
  return named ? named.split(',').map(Number) : null;
}

/**
 * People win, link wallets and claim, finance cuts epochs, publisher and reader do their steps, and everything goes
 * wrong that can: blocks go and come in another order, nodes lie, keys are stolen, processes die. After each move books
 * and chain are held against each other; in the end everything is paid, once. The same seed draws the same moves.
 */
export async function rewardsModelRun(options: {
  seeds: readonly number[];
  moves: number;
  /** What must have happened in at least one of them: a run that met nothing has shown nothing. */
  reach: readonly string[];
  /** Tells each seed by itself. */
  says?: boolean;
}): Promise<void> {
  const all: Counts = new Map();
  const trouble: string[] = [];
  for (const seed of options.seeds) {
    const counts: Counts = new Map();
    const begun = performance.now();
    const failure = await play(seed, options.moves, counts);
    for (const [what, n] of counts) all.set(what, (all.get(what) ?? 0) + n);
    if (failure !== null) trouble.push(`seed ${seed}: ${failure}`);
    const took = `${((performance.now() - begun) / 1_000).toFixed(1)} s`;
    if (options.says)
      process.stdout.write(
        `[faults] seed ${seed}: ${failure ?? 'all is paid'}; ${took}; ${worded(counts)}\n`,
      );
  }
  report('rewards model', {
    acknowledged: all.get('in the end: claims that paid') ?? 0,
    faults_landed: [...all].filter(([what]) => FAULT.test(what)).reduce((sum, [, n]) => sum + n, 0),
    violations: trouble.length,
    more: [`${options.seeds.length} seeds of ${options.moves} moves; ${worded(all)}`, ...trouble].join('\n'),
  });
  const happened = [...all.keys()].filter((what) => !what.endsWith(IN_VAIN));
  const missing = options.reach.filter((what) => !happened.some((one) => one.startsWith(what)));
  expect(missing, 'what never happened').toEqual([]);
}

const FAULT =
  /^(kill .*(?<!there yet)$|reorganised:|rolled back:|a node |halted |a stolen key proposes|two )/;
const worded = (counts: Counts) =>
  [...counts]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([what, n]) => `${what} ${n}`)
    .join(', ');

/** Answers what went wrong; null where nothing did. */
async function play(seed: number, moves: number, counts: Counts): Promise<string | null> {
  const clock = settableClock(new Date());
  const count = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const env = { PUBLIC_URL: 'http://model.example.org', LOG_LEVEL: 'silent' };
  const world = await startWorld({ engine: scriptedEngine(), clock, roles: 'runner', env });
  let ground: Ground | undefined;
  const said: string[] = [];
  try {
    ground = await breakGround(world, seed);
    const town = await settleTown(world, ground, seed);
    await ground.chain.deposit(FIRST_DEPOSIT);
    await ground.mine(BLOCKS_TO_FINAL + 1);
    const state: Play = {
      ...{ world, ground, town, clock, count, chance: chanceFrom(seed) },
      ...{ given: [], was_stolen: false, is_lying: false },
    };
    // whoever reads the chain for the first time believes it
    await indexOnce(processOf(state));
    for (let n = 0; n < LINKED_FIRST; n += 1) await link(state);
    const looked: Looked = { block: -1n };
    const known = new Set<string>();
    const after = () => assertAfter(state, looked, known);
    for (let n = 0; n < moves; n += 1) {
      state.is_lying = false;
      const move = await draw(state);
      said.push(move.name);
      const what = await move(state);
      said[said.length - 1] = what;
      count(what);
      await ground.rest();
      if (!ground.isHeldBack()) await ground.mine(state.chance.below(BLOCKS_BY_THE_WAY));
      await after();
    }
    state.is_lying = false;
    said.push('COMING TO REST');
    await comeToRest(state, after);
    await assertAllPaid(state);
    await countWhatCameOfIt(world, count);
    return null;
  } catch (error) {
    const halts = await rewards.lastHalts(world.context.db, 3).catch(() => []);
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `after ${said.length} moves (${said.slice(-14).join('; ')}), halts ${halts.map(({ code, says }) => `${code}: ${says}`).join(' | ')}: ${words}`;
  } finally {
    await ground?.end();
    await world.end();
  }
}

/** Time goes by as blocks say; then everything that must hold is asked. A halt needs a reason that we know. */
async function assertAfter(state: Play, looked: Looked, known: Set<string>): Promise<void> {
  const { world, ground, clock, count } = state;
  const { at } = await ground.chain.latest();
  if (at > clock.now()) clock.set(at);
  await assertInvariants(state, looked);
  const halt = await rewards.haltOf(world.context.db);
  if (!halt || known.has(halt.id)) return;
  known.add(halt.id);
  count(`halted by ${state.is_lying ? 'a lie' : 'a stolen key'}: ${halt.code}`);
  if (state.is_lying) return;
  expect(state.was_stolen && halt.code === 'ROOT_PENDING_FOREIGN', `halted: ${halt.code} ${halt.says}`).toBe(
    true,
  );
}

/** What only the whole of it shows. */
async function countWhatCameOfIt({ context: { db } }: World, count: Play['count']): Promise<void> {
  const { rows } = await sql<{ what: string; n: number }>`
    select 'claims that paid' as what, count(*)::int4 as n from rewards.chain_event where kind = 'claimed'
    union all select 'claims to another', count(*)::int4 from rewards.chain_event
      where kind = 'claimed' and counterparty <> wallet
    union all select 'claims by the root before', count(*)::int4 from rewards.chain_event c
      where c.kind = 'claimed' and exists (select from rewards.chain_event a where a.kind = 'root_activated'
        and a.epoch > c.epoch and (a.block_number, a.log_index) < (c.block_number, c.log_index))
    union all select 'wallets paid more than once', count(*)::int4 from
      (select wallet from rewards.chain_event where kind = 'claimed' group by wallet having count(*) > 1) w
    union all select 'people paid at two wallets', count(*)::int4 from
      (select w.person_id from rewards.wallet w join rewards.chain_event e on e.wallet = w.address and e.kind = 'claimed'
       group by w.person_id having count(distinct w.address) > 1) p
    union all select 'debts that were set off', count(*)::int4 from rewards.commitment where set_off_nanos > 0
    union all select 'debts that were none after all', count(*)::int4 from rewards.commitment where set_off_nanos < 0
    union all select 'epochs that were live', count(*)::int4 from rewards.epoch where active_at is not null
    union all select 'epochs that were voided', count(*)::int4 from rewards.epoch where state = 'voided' and root is not null
    union all select 'epochs that were vetoed', count(*)::int4 from rewards.epoch where vetoed_at is not null
    union all select 'voided epochs that came late', count(*)::int4 from rewards.chain_event c
      join rewards.epoch e on e.root = c.root and e.state = 'voided' and c.kind = 'root_proposed' and c.at > e.voided_at
    union all select 'awards that were paid', count(*)::int4 from competitions.award where state = 'paid'
    union all select 'awards that top up', count(*)::int4 from competitions.award where tops_up is not null
    union all select 'awards that were taken back', count(*)::int4 from competitions.award where state = 'revoked'`.execute(
    db,
  );
  for (const { what, n } of rows) for (let i = 0; i < n; i += 1) count(`in the end: ${what}`);
}
