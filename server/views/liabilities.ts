import { type SumTree, sumProof } from '@stellary/proofs';
import type { LiabilityProof, LiabilityRoot } from '#api/books/shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { onePer } from '../kit/batcher.ts';
import { micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import { refuse } from '../refuse.ts';
import { pageOf, placeOf } from './paging.ts';

export const rootOf = ({ total_micros, hash: _, ...root }: earnings.LiabilityRoot): LiabilityRoot => ({
  ...root,
  total_micros: micros(total_micros),
});

/** What was published of what is owed, the newest first. */
export async function liabilityRoots(
  context: Context,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: LiabilityRoot[]; next_cursor: string | null }> {
  const owner = 'liability roots';
  const [day, liability] = placeOf(context, owner, cursor) ?? [];
  const rows = await earnings.liabilityRoots(context.db, {
    before: day && liability ? { day, liability } : null,
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [last.day, last.liability]);
  return { items: shown.map(rootOf), next_cursor };
}

/** A holder's leaves of one day, each with the way to its root. */
export async function liabilityProofsOf(
  context: Context,
  holder_id: AccountId,
  day: string,
): Promise<LiabilityProof[]> {
  const roots = await earnings.liabilityRootsOf(context.db, day);
  if (roots.length === 0) refuse('NOT_FOUND');
  const proofs = await Promise.all(roots.map((root) => proofIn(context, root, holder_id)));
  return proofs.filter((proof) => proof !== null);
}

async function proofIn(
  context: Context,
  root: earnings.LiabilityRoot,
  holder_id: AccountId,
): Promise<LiabilityProof | null> {
  const { tree, placeOfHolder } = await treeOf(context, root);
  const place = placeOfHolder.get(holder_id);
  if (!place) return null;
  return {
    root: rootOf(root),
    holder_id,
    salt: earnings.liabilitySalt(context.liability_key, root.liability, root.day, holder_id),
    leaf: { commitment: place.commitment, amount: place.amount },
    proof: sumProof(tree, place.index),
  };
}

type Grown = {
  tree: SumTree;
  placeOfHolder: Map<string, { index: number; commitment: string; amount: string }>;
};
/** Trees that somebody asked about lately: most ask about yesterday's. */
const KEPT = 4;
const trees = onePer<Context, Map<string, Promise<Grown>>>(() => new Map());

function treeOf(context: Context, root: earnings.LiabilityRoot): Promise<Grown> {
  const kept = trees(context);
  const name = `${root.day} ${root.liability}`;
  const found = kept.get(name) ?? grow(context, root);
  kept.delete(name);
  kept.set(name, found);
  found.catch(() => kept.delete(name));
  for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
  return found;
}

async function grow({ db }: Context, root: earnings.LiabilityRoot): Promise<Grown> {
  const leaves = await earnings.leavesOf(db, root);
  const placeOfHolder: Grown['placeOfHolder'] = new Map();
  for (const [index, { holder_id, commitment, amount }] of leaves.entries())
    if (holder_id) placeOfHolder.set(holder_id, { index, commitment, amount });
  return { tree: await earnings.liabilityTree(leaves), placeOfHolder };
}
