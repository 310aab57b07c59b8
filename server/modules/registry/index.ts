import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Binding } from '#api/registry/binding.ts';
import type { ReleaseId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import { type Release, releaseById } from './store.ts';

export { Modality } from '#api/base.ts';
export { checkModelFile, FileRefused } from './checks/index.ts';
export {
  hasRoomFor,
  type ModelFile,
  modelFile,
  modelFiles,
  modelFilesOf,
  noteModelFile,
} from './model-files.ts';
export {
  findModels,
  insertModel,
  insertRelease,
  lastPublished,
  type Metering,
  modelBySlug,
  modelsByIds,
  type NewSample,
  parentsOf,
  type Release,
  releaseById,
  releasesInUse,
  releasesOfModel,
  releasesOfOthers,
  type Sample,
  samplesOf,
  storedFiles,
  withdraw,
} from './store.ts';

/** The release that a generation may be made with; refuses one that is unknown or withdrawn. */
export async function releaseForUse(db: Db, id: ReleaseId): Promise<Release> {
  const release = await releaseById(db, id);
  if (!release) refuse('RELEASE_UNKNOWN');
  if (release.withdrawn_at) refuse('RELEASE_WITHDRAWN');
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
