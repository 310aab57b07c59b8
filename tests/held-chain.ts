// Rewards on a real chain whose blocks the test makes: the chain, a round that is over, awards that were taken, wallets.
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { addressOf, type Chain, deployRewards, newKey, openChain } from '../server/chain/index.ts';
import { approveEpoch } from '../server/flows/approve-epoch.ts';
import { draftEpoch } from '../server/flows/draft-epoch.ts';
import { prizeAwarded } from '../server/flows/postings/index.ts';
import { type AccountId, type AwardId, newId, type TallyId } from '../server/ids.ts';
import { present } from '../server/kit/assert.ts';
import { startEmbeddedChain } from '../server/kit/embedded-chain.ts';
import * as competitions from '../server/modules/competitions/index.ts';
import * as ledger from '../server/modules/ledger/index.ts';
import * as rewards from '../server/modules/rewards/index.ts';
import { nextCut } from '../server/views/rewards/next-cut.ts';
import { quickFolder } from '../tools/quick-folder.ts';
import { type MadeRound, people, roundIn } from './competitions.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;
const TOKEN = 10n ** 18n;
/** Of itself it makes none: whoever tests says when. */
const BLOCK_MS = 3_600_000;
const BLOCKS_TO_FINAL = 2;
const DELAY_S = 60n;

export type HeldChain = {
  chain: Chain;
  /** Asks the node itself. */
  ask(method: string, ...params: unknown[]): Promise<unknown>;
  /** So that all that was sent until now is final. */
  settle(): Promise<void>;
  /** So that a root that was proposed now may be activated. */
  waitOut(): Promise<void>;
  end(): Promise<void>;
};

/** The deployment is written into the books of the world, whose own context has no chain: flows are handed this one. */
export async function holdChain({ context }: World, grace_s = 3_600n): Promise<HeldChain> {
  const data_dir = await mkdtemp(path.join(quickFolder(), 'held-chain-'));
  const embedded = await startEmbeddedChain({ data_dir, block_ms: BLOCK_MS });
  const keys = { treasury: newKey(), publisher: newKey(), relayer: newKey(), guardian: newKey() };
  const guardian = addressOf(keys.guardian);
  const deployment = await deployRewards({
    ...{ chain: embedded, treasury_key: keys.treasury, guardian },
    ...{ publisher: addressOf(keys.publisher), relayer: addressOf(keys.relayer) },
    ...{ supply: 1_000_000_000n * TOKEN, delay_s: DELAY_S, grace_s, admin_delay_s: 60n },
  });
  await context.database.inTransaction((tx) =>
    rewards.writeDeployment(tx, { ...deployment, is_embedded: true }, context.clock.now()),
  );
  const ask = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(embedded.url, { method: 'POST', headers, body });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
    if (error) throw new Error(error.message);
    return result;
  };
  const mine = async (blocks: number) => void (await ask('anvil_mine', `0x${blocks.toString(16)}`));
  return {
    chain: await openChain({ rpc_urls: [embedded.url], deployment, guardian, keys, embedded }),
    ask,
    settle: () => mine(BLOCKS_TO_FINAL),
    async waitOut() {
      await ask('evm_increaseTime', Number(DELAY_S) + 1);
      await mine(1);
    },
    async end() {
      await embedded.stop();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

/** A round whose results are published, with an entry of each of so many people. */
export async function roundWithEntries(world: World, entries: number): Promise<MadeRound> {
  const { database, clock } = world.context;
  const at = clock.now();
  const ago = (days: number) => new Date(at.getTime() - days * DAY_MS);
  const slug = 'paid-round';
  const authors = await people(world, slug, entries, ago(60));
  const round = await roundIn(world, {
    ...{ slug, entries, authors, state: 'final', with_files: false },
    ...{ opens_at: ago(40), locks_at: ago(30), qualifying_at: ago(29) },
    ...{ final_at: ago(20), tally_at: ago(10) },
  });
  const of_nothing = '0'.repeat(64);
  await database.inTransaction((tx) =>
    tx
      .insertInto('competitions.tally')
      .values({
        ...{ id: newId<TallyId>(at), category_id: round.category_id, version: 1, reason: 'first' },
        ...{ says: 'First.', asked_at: at, published_at: at },
        ...{ bundle_digest: of_nothing, bundle_file: of_nothing },
      })
      .execute(),
  );
  return round;
}

/** An award of the round for an entry, out of the pool, which its author took. One has many by adding to the last. */
export async function acceptedAward(
  { context }: World,
  round: MadeRound,
  { entry, amount_nanos }: { entry: number; amount_nanos: bigint },
): Promise<AwardId> {
  const at = context.clock.now();
  const id = newId<AwardId>(at);
  const { id: entry_id, author_id: person_id } = present(round.entries[entry], 'an entry');
  await context.database.inTransaction(async (tx) => {
    const before = (await competitions.awardsOfRound(tx, round.id)).filter(
      (one) => one.entry_id === entry_id,
    );
    const tops_up = before.toSorted((one, other) => (one.id < other.id ? -1 : 1)).at(-1)?.id ?? null;
    const of = { round_id: round.id, category_id: round.category_id, entry_id, person_id };
    const award = { ...of, id, place_slot: entry + 1, amount_nanos, source: 'pool' as const, tops_up };
    await competitions.insertAward(tx, award, { id: 'system', as: 'system' }, at);
    await ledger.post(tx, prizeAwarded(id, 'pool', round.id, person_id, amount_nanos), at);
    await competitions.moveAward(tx, 'accept', {
      ...{ id, by: { id: person_id, as: 'winner' }, at, set: { answered_at: at } },
    });
  });
  return id;
}

/** A wallet that counts at once, with no signature under it. */
export async function linked({ context }: World, person_id: AccountId, address: string): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const { chain_id } = present(await rewards.deploymentOf(tx), 'a chain to pay on');
    const asked = { person_id, chain_id, address, message: 'test', expires_at: at };
    const id = await rewards.askToSign(tx, asked, at);
    await rewards.linkWallet(tx, { ...asked, id }, { signature: '0x', counts_from: at }, at);
  });
}

/** Two people of finance cut what is owed. */
export async function cut(
  { context }: World,
  [one, other]: readonly [AccountId, AccountId],
): Promise<rewards.CutEpoch> {
  const id = await draftEpoch(context, one);
  const next = await context.database.inTransaction(async (tx) => {
    const place = present(await rewards.deploymentOf(tx), 'a chain to pay on');
    return nextCut(tx, place, context.clock.now());
  });
  const { version } = present(await rewards.epochById(context.db, id), 'a draft');
  await approveEpoch(context, other, { id, version, digest: next.digest });
  const epoch = present(await rewards.epochById(context.db, id), 'an epoch that was cut');
  if (!rewards.isCut(epoch)) throw new Error('it was approved and is not cut');
  return epoch;
}
