import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Binding } from '#api/registry/binding.ts';
import type { ReleaseId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import { type Release, releaseById } from './store.ts';

export { Modality } from '#api/base.ts';
export {
  checkModelFile,
  FileRefused,
  type ReadThrough,
  readThrough,
  sniff,
  START_BYTES,
  type TensorDigest,
  tensorDigests,
} from './checks/index.ts';
export { type Component, componentsOf } from './components.ts';
export { deprecationMachine } from './deprecation-machine.ts';
export {
  announceEnd,
  type Deprecation,
  deprecationsDue,
  deprecationsOf,
  modelsOfDeprecations,
  moveDeprecation,
} from './deprecations.ts';
export {
  draftOf,
  draftOfUndo,
  EDIT_FIELDS,
  type Editable,
  type EditDraft,
  type FieldEdit,
} from './edit-rules.ts';
export { changesIn, tableOf } from './edit-table.ts';
export {
  editableModels,
  type EditSet,
  editSetById,
  editSetsOf,
  editsOf,
  lastEdits,
  modelsToEdit,
  titlesOfSets,
  writeEdits,
} from './edits.ts';
export { modelUploadMachine, type ModelUploadState } from './model-upload-machine.ts';
export {
  beginUpload,
  claimUploadToCheck,
  draftsInUse,
  type ModelUpload,
  moveUpload,
  noteChecking,
  noteReceived,
  takeUploadForAppending,
  unfinishedUploadsOf,
  uploadById,
  uploadersToTell,
  uploadsToExpire,
  bytesPromised,
  uploadsUnderWay,
  uploadToChange,
} from './model-uploads.ts';
export { releasesWithFiles, tellingFilesOfSamples } from './file-uses.ts';
export { countModelsOf, ownModels } from './own-models.ts';
export { tagOf, tagsOf } from './tags.ts';
export { filesSharingTensors, noteTensors, type Sharing } from './tensor-digests.ts';
export {
  hasRoomFor,
  insertModelFile,
  type ModelFile,
  modelFile,
  modelFiles,
  modelFilesOf,
  noteModelFile,
  oneAfterTheOther,
} from './model-files.ts';
export {
  knownLicence,
  licenceConflicts,
  licenceLine,
  licenceOfLine,
  LICENCES,
  type ParentLicence,
} from './licences.ts';
export { filesAmong, type ModelLeft, modelsLeftBy } from './leaving.ts';
export { personal } from './personal.ts';
export { type Ancestor, lineageOf } from './lineage.ts';
export {
  findModels,
  giveModelTo,
  houseModels,
  insertModel,
  insertRelease,
  keepOwners,
  lastPublished,
  type Metering,
  modelBySlug,
  houseReleases,
  inputSchemasOf,
  modelsByIds,
  modelsReleasedSince,
  modelToAddTo,
  modelToHandOver,
  type NewSample,
  parentsOf,
  type Release,
  type ReleaseOnCard,
  licencesOf,
  releaseById,
  releasesByIds,
  releaseToChange,
  releasesInUse,
  releasesOnCards,
  releasesOfModel,
  releasesOfModels,
  releasesOfOthers,
  type Sample,
  samplesOf,
  storedFiles,
  withdraw,
} from './store.ts';

/** The release that a generation may be made with; refuses one that is unknown, withdrawn or ended. */
export async function releaseForUse(db: Db, id: ReleaseId, at: Date): Promise<Release> {
  const release = await releaseById(db, id);
  if (!release) refuse('RELEASE_UNKNOWN');
  if (release.withdrawn_at) refuse('RELEASE_WITHDRAWN');
  if (release.ends_at && release.ends_at <= at)
    refuse('RELEASE_ENDED', { ended_at: release.ends_at.toISOString() });
  return release;
}

/**
 * Digest of a release: over the roles and digests of its files in order of role, its input schema, and how it is
 * run where that is not the house's own way.
 */
export function releaseDigest(
  files: readonly { role: string; sha256: string }[],
  input_schema: unknown,
  binding: Binding,
): string {
  const hash = createHash('sha256');
  for (const { role, sha256 } of [...files].sort((a, b) => (a.role < b.role ? -1 : 1)))
    hash.update(`${role} ${sha256}\n`);
  hash.update(JSON.stringify(input_schema));
  if (binding.kind !== 'house') hash.update(canonicalize(binding) ?? '');
  return `sha256:${hash.digest('hex')}`;
}
