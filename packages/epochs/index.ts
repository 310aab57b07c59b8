export { type Leaf, leafHash, LEAVES_MAX, type Place, toBaseUnits, toNanos } from './leaves.ts';
export { type Manifest, manifestDigest, MANIFEST_FORMAT, readManifest, writeManifest } from './manifest.ts';
export { ImpossibleEpoch, type Refusal } from './refusals.ts';
export { buildTree, checkProof, openTree, type Proof, type Tree } from './tree.ts';
