export { type AlikeAmong, alikeAmong, isHeard } from './alike-among.ts';
export { canonicalInput, type Facts, inputCommitment, inputSalt, type Parent } from './facts.ts';
export { canCarryManifest, manifestOf } from './manifest.ts';
export { createManifestSigner, type ManifestSigner } from './manifest-signer.ts';
export { ALIKE } from './prints.ts';
export type { ManifestFinding } from './read-manifest.ts';
export { factsSaid, type MadeFile, statementOf } from './statement.ts';
export * from './store.ts';
