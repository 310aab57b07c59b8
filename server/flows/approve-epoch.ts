import { isDeepStrictEqual } from 'node:util';
import { buildTree, type Leaf, manifestDigest, toBaseUnits, writeManifest } from '@stellary/epochs';
import { committed } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId, EpochId } from '../ids.ts';
import { assert, present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { actsFrom } from '../kit/state-machine.ts';
import { dropTimer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { stillHolds } from '../views/competitions/own-interest.ts';
import { type NextCut, nextCut } from '../views/rewards/next-cut.ts';
import { placeToCut, refuseImpossible, refuseUnfunded } from './draft-epoch.ts';
import { awardsCommitted } from './postings/index.ts';

type Approval = {
  id: EpochId;
  version: number;
  /** Of what it commits, as the second person saw it. */
  digest: string;
};

/**
 * A second person approves, and the epoch is cut: who is in it, every leaf, tree and manifest are made, and what people
 * were awarded is committed to their wallets, in one transaction. Tree and manifest are made before it, because a large
 * one takes seconds in which nobody could post; what has changed meanwhile refuses.
 */
export async function approveEpoch(context: Context, actor_id: AccountId, approval: Approval): Promise<void> {
  const { database, clock, wake } = context;
  const at = clock.now();
  const drafted = await database.inTransaction((tx) => checked(tx, actor_id, approval, at));
  const files = await published(context, drafted);
  await database.inTransaction(async (tx) => {
    const now = await checked(tx, actor_id, approval, at);
    if (!isDeepStrictEqual(said(now), said(drafted))) refuse('EPOCH_CHANGED');
    await cut(tx, actor_id, approval, { ...now, ...files }, at);
  });
  wake.send('news');
  wake.send('chain');
}

type Drafted = NextCut & { number: bigint };
const said = ({ commitments, awards, leaves, number }: Drafted) => ({ commitments, awards, leaves, number });

/** Everything that refuses. Awards and books stay as they are until the transaction ends. */
async function checked(
  tx: Tx,
  actor_id: AccountId,
  { id, version, digest }: Approval,
  at: Date,
): Promise<Drafted> {
  const epoch = (await rewards.lockEpoch(tx, id)) ?? refuse('NOT_FOUND');
  const { state } = epoch;
  if (state !== 'drafted') {
    const possible = actsFrom(rewards.epochMachine, state, 'finance');
    refuse('NOT_NOW', { state, act: 'approve', possible });
  }
  if (epoch.drafted_by === actor_id) refuse('SECOND_PERSON_NEEDED');
  if (!(await stillHolds(tx, epoch.drafted_by, ['finance']))) refuse('EPOCH_PROPOSER_LEFT');
  if (epoch.version !== version) refuse('STATE_CHANGED', { version: epoch.version });
  const place = await placeToCut(tx);
  await competitions.lockAwards(
    tx,
    (await competitions.acceptedAwards(tx)).map((award) => award.id),
  );
  await ledger.lock(tx);
  const next = await nextCut(tx, place, at);
  refuseImpossible(next);
  await refuseUnfunded(tx, next);
  if (next.digest !== digest) refuse('EPOCH_CHANGED');
  if (next.commitments.some(({ person_id }) => person_id === actor_id)) refuse('OWN_INTEREST');
  return { ...next, number: epoch.number };
}

type Files = Pick<rewards.CutEpoch, 'root' | 'manifest_digest' | 'tree_file'>;

/** Root, manifest and flat tree, the last two stored under their digests: until the cut nobody knows of them. */
async function published(
  { media }: Context,
  { place, leaves, total_nanos, number }: Drafted,
): Promise<Files> {
  const paid = [...leaves].map(([wallet, nanos]): Leaf => ({ wallet, cumulative: toBaseUnits(nanos) }));
  const { chain_id, distributor } = place;
  const tree = await buildTree({ chain_id, distributor }, paid);
  assert(tree.total === toBaseUnits(total_nanos), 'the tree is over what the books say');
  const manifest = writeManifest({ place: { chain_id, distributor }, epoch: number, leaves: paid });
  const manifest_digest = manifestDigest(manifest);
  const file = await media.put(Buffer.from(manifest));
  assert(rewards.manifestFile({ manifest_digest }) === file, 'a manifest lies under its digest');
  return { root: tree.root, manifest_digest, tree_file: await media.put(Buffer.from(tree.bytes())) };
}

async function cut(
  tx: Tx,
  actor_id: AccountId,
  { id, version }: Approval,
  next: Drafted & Files,
  at: Date,
): Promise<void> {
  const by = { id: actor_id, as: 'finance' };
  const { commitments, leaves, awards, total_nanos, added_nanos, root, manifest_digest, tree_file } = next;
  const frozen = { root, manifest_digest, tree_file, leaves: leaves.size, total_nanos, added_nanos };
  await rewards.moveEpoch(tx, 'approve', {
    ...{ id, by, at, version },
    set: { ...frozen, approved_by: actor_id, approved_at: at },
  });
  await rewards.insertLeaves(tx, id, leaves);
  await rewards.insertCommitments(tx, id, commitments, awards);
  for (const { award_id } of awards) {
    await competitions.moveAward(tx, 'clear', { id: award_id, by, at });
    await dropTimer(tx, { kind: competitions.CLAIM_TIMER, subject_id: award_id, at });
  }
  await ledger.post(
    tx,
    commitments.flatMap((commitment) => awardsCommitted(id, commitment)),
    at,
  );
  await assertCommitted(tx, next);
}

/** From the other side: what lies with each wallet is its leaf less what it was paid. */
async function assertCommitted(tx: Tx, { commitments, leaves }: NextCut): Promise<void> {
  const wallets = commitments.map(({ wallet }) => wallet).filter((wallet) => leaves.has(wallet));
  const lies = await ledger.balances(tx, wallets.map(committed));
  const paid = await rewards.paidTo(tx, wallets);
  for (const wallet of wallets)
    assert(
      lies(committed(wallet)).available === present(leaves.get(wallet), 'a leaf') - paid(wallet),
      `what is committed to ${wallet} is its leaf less what it was paid`,
    );
}
