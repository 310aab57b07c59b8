import { ballotLeaf, canonical, type Json, sha256Hex } from '@stellary/judging';
import { auditedActs } from '../kit/audit.ts';
import { type Db, inOnePicture } from '../kit/database.ts';
import { gather, type Verification } from '../kit/findings.ts';
import type { CategoryId } from '../ids.ts';
import * as competitions from '../modules/competitions/index.ts';

const LEAVES = 'what each ballot is in the tree of its category is made of the ballot';
const GAPLESS = 'the ballots of a category that have places have all of them, from the first on';
const ROOTS = 'each root that was published is the root over its ballots';
const BOUND = 'roots, bundles and what pairs were drawn from are as the audit log has them';
const KNOWN = 'each root, bundle and draw that the audit log names is there';

type Written = { act: string; subject: string; detail: Record<string, unknown> };
const ACTS = ['competitions.root', 'competitions.bundle', 'competitions.contenders'];

/**
 * Whether votes are what was published of them: every leaf and root is computed again from the ballots, and held against
 * what the audit log bound at the time, whose chain has its own check.
 */
export const verifyVotes = (db: Db): Promise<Verification> =>
  inOnePicture(db, async (tx) => {
    const { violations, find } = gather();
    const categories = await competitions.categoriesVotedOn(tx);
    let ballots = 0;
    for (const id of categories) ballots += await followTree(tx, id, find);
    await compare(tx, await written(tx, categories), find);
    return {
      checked: [LEAVES, GAPLESS, ROOTS, BOUND, KNOWN],
      violations,
      notes: [`votes: ${ballots} ballots of ${categories.length} categories`],
    };
  });

type Find = (invariant: string, subject: string) => void;

/** Ballot by ballot in their order; at the size of each root that was published the tree must have that root. */
async function followTree(db: Db, category_id: CategoryId, find: Find): Promise<number> {
  const { placed, last } = await competitions.placedOf(db, category_id);
  if (placed !== last + 1) find(GAPLESS, `${category_id}: ${placed} of ${last + 1}`);
  const roots = await competitions.rootsOf(db, [category_id]);
  const tree = competitions.growing();
  const due = roots.toSorted((one, other) => one.size - other.size);
  const askRoots = () => {
    while (due[0]?.size === tree.size()) {
      const root = due.shift();
      if (root && tree.root() !== root.root) find(ROOTS, nameOfRoot(root));
    }
  };
  askRoots();
  for (let from = 0; from <= last;) {
    const page = await competitions.placedFrom(db, category_id, from);
    if (page.length === 0) break;
    for (const { no, leaf_hash, ballot } of page) {
      const leaf = competitions.leafHash(ballotLeaf(no, ballot));
      if (!leaf.equals(leaf_hash)) find(LEAVES, `${category_id} ${no}`);
      tree.add(leaf);
      askRoots();
      from = no + 1;
    }
  }
  // of more ballots than there are
  for (const root of due) find(ROOTS, nameOfRoot(root));
  return placed;
}

const nameOfRoot = ({ category_id, phase, day }: competitions.Root) => `${category_id} ${phase} ${day}`;

/** What lies in the tables, as the audit log would have written it. */
async function written(db: Db, categories: readonly CategoryId[]): Promise<Written[]> {
  const roots = await competitions.rootsOf(db, categories);
  const drawn = await competitions.drawnFrom(db);
  const bundles = await competitions.bundlesPublished(db);
  return [
    ...roots.map(({ category_id, phase, day, size, root }) => ({
      ...{ act: 'competitions.root', subject: category_id, detail: { phase, day, size, root } },
    })),
    ...bundles.map(({ category_id, ...detail }) => ({
      ...{ act: 'competitions.bundle', subject: category_id, detail },
    })),
    ...drawn.map(({ category_id, phase, shown }) => ({
      ...{ act: 'competitions.contenders', subject: category_id },
      detail: { phase, contenders: shown.length, digest: sha256Hex(canonical(shown)) },
    })),
  ];
}

async function compare(db: Db, there: readonly Written[], find: Find): Promise<void> {
  const bound = new Set((await auditedActs(db, ACTS)).map(named));
  const lies = new Set(there.map(named));
  for (const one of lies) if (!bound.has(one)) find(BOUND, one);
  for (const one of bound) if (!lies.has(one)) find(KNOWN, one);
}

/** The same for whatever order its fields stand in. */
const named = ({ act, subject, detail }: { act: string; subject: string; detail: unknown }): string =>
  `${act} ${subject} ${canonical(detail as Json)}`;
