import { createHash } from 'node:crypto';
import { toBaseUnits } from '@stellary/epochs';
import type { ChainEvent } from '../server/chain/index.ts';
import { approveEpoch } from '../server/flows/approve-epoch.ts';
import { bookEvent } from '../server/flows/book-chain-event.ts';
import { draftEpoch } from '../server/flows/draft-epoch.ts';
import type { AccountId, EpochId } from '../server/ids.ts';
import { present } from '../server/kit/assert.ts';
import * as rewards from '../server/modules/rewards/index.ts';
import { nextCut } from '../server/views/rewards/next-cut.ts';
import type { World as WholeWorld } from './world.ts';

type World = Pick<WholeWorld, 'context'>;

/** Rewards for stories in which no chain runs: what its final blocks would say is handed to whoever books it. */

const hex = (words: string, bytes: number): `0x${string}` =>
  `0x${createHash('sha256')
    .update(words)
    .digest('hex')
    .slice(0, 2 * bytes)}`;

export const DEPLOYMENT: rewards.KnownDeployment = {
  ...{ chain_id: 31_337n, is_embedded: true, deployed_at: 1n },
  ...{ token: hex('token', 20), distributor: hex('distributor', 20), timelock: hex('timelock', 20) },
};

/** From now on there is a distributor, in which this lies. */
export async function paysOnChain(world: World, amount_nanos: bigint): Promise<void> {
  const { database, clock } = world.context;
  const block = { block_number: 1n, block_hash: hex('block 1', 32), block_at: clock.now() };
  await database.inTransaction(async (tx) => {
    await rewards.writeDeployment(tx, DEPLOYMENT, clock.now());
    await rewards.beginCursor(tx, block, clock.now());
  });
  await says(world, { kind: 'deposited', from: hex('treasury', 20), amount: toBaseUnits(amount_nanos) });
}

type Said<T = ChainEvent> = T extends unknown
  ? Omit<T, 'block_number' | 'block_hash' | 'log_index' | 'tx_hash' | 'at'>
  : never;

/** A final block says this, and it is booked. */
export async function says(world: World, said: Said): Promise<void> {
  const { database, db, clock } = world.context;
  const at = clock.now();
  const block_number = present(await rewards.cursorOf(db), 'a cursor').block_number + 1n;
  const block_hash = hex(`block ${block_number}`, 32);
  const where = { block_number, block_hash, log_index: 0, tx_hash: hex(`tx ${block_number}`, 32), at };
  // each kind has its fields: spread apart they do not narrow
  const event = { ...said, ...where } as ChainEvent;
  await database.inTransaction(async (tx) => {
    await bookEvent(tx, world.context, event, at);
    await rewards.moveCursor(tx, { block_number, block_hash, block_at: at }, at);
  });
}

/** A wallet of somebody's that counts at once. */
export async function linked({ context }: World, person_id: AccountId): Promise<string> {
  const { database, clock } = context;
  const [at, address] = [clock.now(), hex(`wallet of ${person_id}`, 20)];
  const { chain_id } = DEPLOYMENT;
  await database.inTransaction(async (tx) => {
    const asked = { person_id, chain_id, address, message: 'Mine.', expires_at: at };
    const id = await rewards.askToSign(tx, asked, at);
    await rewards.linkWallet(tx, { ...asked, id }, { signature: '0x', counts_from: at }, at);
  });
  return address;
}

export async function unlinked({ context }: World, person_id: AccountId): Promise<void> {
  await context.database.inTransaction((tx) => rewards.endLinksOf(tx, person_id, context.clock.now()));
}

/** One proposes, the other approves what they see. */
export async function cutBy(
  { context }: World,
  [first, second]: readonly [AccountId, AccountId],
): Promise<rewards.CutEpoch> {
  const id = await draftEpoch(context, first);
  const { digest } = await nextCut(context.db, DEPLOYMENT, context.clock.now());
  const { version } = present(await rewards.epochById(context.db, id), 'a draft');
  await approveEpoch(context, second, { id, version, digest });
  return cutEpoch({ context }, id);
}

export async function cutEpoch({ context }: World, id: EpochId): Promise<rewards.CutEpoch> {
  const epoch = present(await rewards.epochById(context.db, id), 'an epoch');
  if (!rewards.isCut(epoch)) throw new Error('it is not cut');
  return epoch;
}

const rootOf = ({ number, root, manifest_digest, total_nanos }: rewards.CutEpoch) => ({
  ...{ epoch: number, root: bytes(root), manifest: bytes(manifest_digest), total: toBaseUnits(total_nanos) },
});
const bytes = (text: string): `0x${string}` => `0x${text.slice(2)}`;

export const isProposed = (world: World, epoch: rewards.CutEpoch) =>
  says(world, { kind: 'root_proposed', ...rootOf(epoch), eta: world.context.clock.now() });
export const isVetoed = (world: World, { number, root }: rewards.CutEpoch) =>
  says(world, { kind: 'root_vetoed', epoch: number, root: bytes(root), by: hex('guardian', 20) });
export const goesLive = (world: World, epoch: rewards.CutEpoch) =>
  says(world, { kind: 'root_activated', ...rootOf(epoch) });

/** All of what a leaf of an epoch says beyond what was paid. */
export async function claims(world: World, epoch: rewards.CutEpoch, wallet: string): Promise<void> {
  const { db } = world.context;
  const leaf = present((await rewards.leavesAmong(db, epoch.id, [wallet])).get(wallet), 'a leaf');
  const amount = toBaseUnits(leaf - (await rewards.paidTo(db, [wallet]))(wallet));
  const to = bytes(wallet);
  const claim = { wallet: to, to, amount, cumulative: toBaseUnits(leaf), epoch: epoch.number };
  await says(world, { kind: 'claimed', ...claim });
}
