// Those who win, those who decide, and what the standings say each of them is due.
import { sql } from 'kysely';
import type { PrivateKeyAccount } from 'viem/accounts';
import { type Chance, shuffle } from '../../../bench/simulate/chance.ts';
import { answerAward } from '../../../server/flows/answer-award.ts';
import { nextVersion } from '../../../server/flows/disqualify-entry.ts';
import { mintAwards } from '../../../server/flows/mint-awards.ts';
import { prizeEscrowFunded } from '../../../server/flows/postings/index.ts';
import { inPool } from '../../../server/flows/settle-round.ts';
import { type AccountId, newId, type TallyId } from '../../../server/ids.ts';
import { present } from '../../../server/kit/assert.ts';
import { DAY_MS } from '../../../server/kit/clock.ts';
import type { Tx } from '../../../server/kit/database.ts';
import * as competitions from '../../../server/modules/competitions/index.ts';
import * as identity from '../../../server/modules/identity/index.ts';
import * as ledger from '../../../server/modules/ledger/index.ts';
import { type MadeRound, people, roundIn } from '../../competitions.ts';
import { PASSWORD, type World } from '../../world.ts';
import { type Ground, keyOf } from './ground.ts';

export type Member = {
  id: AccountId;
  name: string;
  /** That they hold a key of, linked or not. */
  wallets: readonly PrivateKeyAccount[];
};
/** A round that is over: who has which place by its newest standings. */
type Game = { round: MadeRound; prizes: readonly bigint[]; order: readonly number[]; versions: number };

export type Town = {
  members: readonly Member[];
  finance: readonly [AccountId, AccountId];
  admin: AccountId;
  games: Game[];
};

const MEMBERS = 5;
const WALLETS_EACH = 3;
const PLACES = 3;
const OF_NOTHING = '0'.repeat(64);
const SYSTEM = { id: 'system', as: 'system' } as const;

let password_hash: Promise<string> | undefined;

export async function settleTown(world: World, ground: Ground, seed: number): Promise<Town> {
  const at = world.context.clock.now();
  const joined_at = new Date(at.getTime() - 300 * DAY_MS);
  const ids = await people(world, `winner-${seed}`, MEMBERS, joined_at);
  const staff = await people(world, `staff-${seed}`, 3, joined_at);
  const members = ids.map((id, place) => {
    const name = `member ${place + 1}`;
    const wallets = Array.from({ length: WALLETS_EACH }, (_, n) => keyOf(seed, `${name} wallet ${n + 1}`));
    return { id, name, wallets };
  });
  const hash = await (password_hash ??= identity.hashNewPassword(PASSWORD, 'winner@example.org'));
  await world.context.db
    .updateTable('identity.account')
    .set({ password_hash: hash })
    .where('id', 'in', ids)
    .execute();
  await ground.coinsFor(members.flatMap(({ wallets }) => wallets.map(({ address }) => address)));
  const [one, other, admin] = staff.map((id) => id);
  const finance = [present(one, 'one of finance'), present(other, 'another of finance')] as const;
  const granted = { role: 'finance', granted_at: joined_at, granted_by: 'a test' };
  await world.context.db
    .insertInto('identity.role')
    .values(finance.map((account_id) => ({ account_id, ...granted })))
    .execute();
  return { members, finance, admin: present(admin, 'an admin'), games: [] };
}

/**
 * A month that is over, whose prizes are put aside out of the pool and awarded by its standings; what the month itself
 * needs (works, votes, panels) is written down. Null where the pool has nothing to put aside.
 */
export async function holdRound(world: World, town: Town, chance: Chance, least = 1n): Promise<Game | null> {
  const { context } = world;
  const { database, clock } = context;
  const at = clock.now();
  const there = await database.inTransaction((tx) => inPool(tx));
  const all = least > 1n ? least * BigInt(PLACES) : (there * BigInt(5 + chance.below(36))) / 100n;
  if (all > there || all < 1_000n) return null;
  const prizes = parts(all, chance);
  const after = (days: number) => new Date(at.getTime() - days * DAY_MS);
  const players = shuffle(town.members, chance).slice(0, PLACES);
  const round = await roundIn(world, {
    ...{ slug: `month-${town.games.length + 1}`, entries: PLACES, authors: players.map(({ id }) => id) },
    ...{ state: 'final', with_files: false, opens_at: after(40), locks_at: after(20) },
    ...{ qualifying_at: after(18), final_at: after(12), tally_at: after(8) },
  });
  const game: Game = { round, prizes, order: prizes.map((_, place) => place), versions: 1 };
  await database.inTransaction(async (tx) => {
    const { id, category_id } = round;
    await ledger.post(tx, prizeEscrowFunded(id, all), at);
    await tx.updateTable('competitions.round').set({ funded_nanos: all }).where('id', '=', id).execute();
    const rows = prizes.map((amount_nanos, place) => ({ category_id, place: place + 1, amount_nanos }));
    await tx.insertInto('competitions.prize').values(rows).execute();
    const tally = { category_id, version: 1, reason: 'close', says: 'The first count.', asked_at: at };
    const out = { published_at: at, bundle_digest: OF_NOTHING, bundle_file: OF_NOTHING };
    await tx
      .insertInto('competitions.tally')
      .values({ ...tally, ...out, id: newId<TallyId>(at) })
      .execute();
    await insertPlaces(tx, game, at);
    await mintAwards(tx, context, id, at);
  });
  town.games.push(game);
  return game;
}

/** In whole parts, each of them something. */
function parts(all: bigint, chance: Chance): bigint[] {
  const most = all / BigInt(PLACES);
  const small = Array.from(
    { length: PLACES - 1 },
    () => 1n + (most * BigInt(1 + chance.below(1_000))) / 1_001n,
  );
  return [all - small.reduce((sum, one) => sum + one, 0n), ...small];
}

async function insertPlaces(tx: Tx, { round, prizes, order, versions }: Game, at: Date): Promise<void> {
  const rows = order.map((entry, place) => {
    const { id: entry_id, digest } = present(round.entries[entry], 'an entry');
    return {
      ...{ category_id: round.category_id, version: versions, place_slot: place + 1, place: place + 1 },
      ...{ shared: false, entry_id, title: 'A', asset_digest: digest, model_title: 'M', creator_name: 'C' },
      ...{ at, amount_nanos: present(prizes[place], 'a prize') },
    };
  });
  await tx.insertInto('competitions.place').values(rows).execute();
}

/** Other standings are out: places change hands, and now and then somebody has none any more. */
export async function recount(world: World, game: Game, chance: Chance): Promise<void> {
  const { context } = world;
  const at = context.clock.now();
  const all = shuffle(
    game.prizes.map((_, place) => place),
    chance,
  );
  const order = all.slice(0, chance.uniform() < 0.4 ? all.length - 1 : all.length);
  const { category_id, id } = game.round;
  await context.database.inTransaction(async (tx) => {
    const because = { reason: 'rules', says: 'Another order.', by: SYSTEM };
    const version = await nextVersion(tx, category_id, because, at);
    await tx
      .updateTable('competitions.tally')
      .set({ published_at: at, bundle_digest: OF_NOTHING, bundle_file: OF_NOTHING })
      .where('category_id', '=', category_id)
      .where('version', '=', version)
      .execute();
    await insertPlaces(tx, { ...game, order, versions: version }, at);
    await mintAwards(tx, context, id, at);
    game.versions = version;
  });
  game.order = order;
}

/** Some of those who were asked take what they won. */
export async function takeAwards(world: World, chance: Chance, part: number): Promise<number> {
  const { context } = world;
  const asked = await context.db
    .selectFrom('competitions.award')
    .select(['id', 'person_id', 'version'])
    .where('state', '=', 'created')
    .orderBy('id')
    .execute();
  const those = asked.filter(() => chance.uniform() < part);
  for (const { id, person_id, version } of those)
    await answerAward(context, person_id as AccountId, {
      ...{ id: id as competitions.Award['id'], version, accepted: true },
    });
  return those.length;
}

/** By the newest standings of every round, as they were published: what each is to have in the end. */
export function dueTo({ games }: Town): Map<AccountId, bigint> {
  const due = new Map<AccountId, bigint>();
  for (const { round, prizes, order } of games)
    for (const [place, entry] of order.entries()) {
      const { author_id } = present(round.entries[entry], 'an entry');
      due.set(author_id, (due.get(author_id) ?? 0n) + present(prizes[place], 'a prize'));
    }
  return due;
}

/** What each was ever awarded and may still have: nobody is ever paid more. */
export async function awardedTo({ context }: World): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ person_id: string; amount: bigint }>`
    select person_id, sum(amount_nanos)::int8 as amount from competitions.award
    where state in ('created', 'accepted', 'payable', 'paid') group by person_id`.execute(context.db);
  return new Map(rows.map(({ person_id, amount }) => [person_id, amount]));
}
