import {
  buildTree,
  type Leaf,
  manifestDigest,
  openTree,
  type Place,
  toBaseUnits,
  type Tree,
  writeManifest,
} from '@stellary/epochs';
import { readFile } from 'node:fs/promises';
import type { Context } from '../../context.ts';
import { assert, present } from '../../kit/assert.ts';
import { sha256 } from '../../kit/files.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { refuse } from '../../refuse.ts';

type Files = Pick<Context, 'db' | 'media'>;

/** The live one and the one before it, which somebody may be asking for at the change. */
const TREES_KEPT = 2;
const kept = new Map<string, Promise<Tree>>();

/** The tree of an epoch, kept in this process: a proof costs no hash but its own. */
export function treeOf(files: Files, epoch: rewards.CutEpoch): Promise<Tree> {
  const there = kept.get(epoch.id);
  if (there) return there;
  const tree = readTree(files, epoch);
  kept.set(epoch.id, tree);
  tree.catch(() => kept.delete(epoch.id));
  for (const id of [...kept.keys()].slice(0, -TREES_KEPT)) kept.delete(id);
  return tree;
}

/** From the file that was written at the cut; where that is lost or damaged it is grown again, to the same root or not at all. */
async function readTree({ db, media }: Files, epoch: rewards.CutEpoch): Promise<Tree> {
  const { place, leaves } = await leavesOf(db, epoch);
  const bytes = await whole(media, epoch.tree_file);
  const tree = bytes ? openTree(place, leaves, bytes) : await buildTree(place, leaves);
  assert(tree.root === epoch.root, `the tree of epoch ${epoch.number} is the one that was published`);
  return tree;
}

/** A file is named by its digest, and is what its name says or is as good as lost. */
async function whole(media: Files['media'], file: string): Promise<Buffer | null> {
  const bytes = await readFile(media.pathOf(file)).catch(() => null);
  return bytes && sha256(bytes) === file ? bytes : null;
}

/** The published file. Where it is lost or damaged it is written again, to the same digest or not at all. */
export async function manifestOf({ db, media }: Files, number: bigint): Promise<File> {
  const found = await rewards.epochByNumber(db, number);
  const epoch = found && rewards.isCut(found) ? found : refuse('EPOCH_NOT_PUBLISHED');
  const bytes =
    (await whole(media, rewards.manifestFile(epoch))) ??
    writeManifest({ epoch: number, ...(await leavesOf(db, epoch)) });
  assert(
    manifestDigest(bytes) === epoch.manifest_digest,
    `the manifest of epoch ${number} is the one that was published`,
  );
  return new File([Buffer.from(bytes)], `epoch-${number}.ndjson`, { type: 'application/x-ndjson' });
}

async function leavesOf(db: Files['db'], epoch: rewards.CutEpoch): Promise<{ place: Place; leaves: Leaf[] }> {
  const { chain_id, distributor } = present(await rewards.deploymentOf(db), 'where an epoch is paid');
  const leaves = [...(await rewards.leavesOf(db, epoch.id))].map(([wallet, nanos]) => ({
    wallet,
    cumulative: toBaseUnits(nanos),
  }));
  return { place: { chain_id, distributor }, leaves };
}
