import { sql } from 'kysely';
import { type AccountId, asId, type ReleaseId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/** Releases that hold one of these files, the oldest first. */
export async function releasesWithFiles(
  db: Db,
  digests: readonly string[],
): Promise<{ id: ReleaseId; creator_id: AccountId; digest: string }[]> {
  if (digests.length === 0) return [];
  const { rows } = await sql<{ id: string; creator_id: string; digest: string }>`
    select distinct on (r.published_at, r.id) r.id, m.creator_id, file ->> 'sha256' as digest
    from registry.release r join registry.model m on m.id = r.model_id, jsonb_array_elements(r.files) file
    where file ->> 'sha256' = any(${[...digests]}) order by r.published_at, r.id`.execute(db);
  return rows.map((row) => ({
    ...row,
    id: asId<ReleaseId>(row.id),
    creator_id: asId<AccountId>(row.creator_id),
  }));
}

/** The file that shows best what each sample of a modality looks or sounds like. */
export async function tellingFilesOfSamples(
  db: Db,
  modality: string,
): Promise<{ release_id: ReleaseId; ordinal: number; digest: string }[]> {
  const { rows } = await sql<{ release_id: string; ordinal: number; digest: string }>`
    select release_id, ordinal, case modality when 'music' then digest else coalesce(thumbnail ->> 'digest', digest) end as digest
    from registry.sample where modality = ${modality} order by release_id, ordinal`.execute(db);
  return rows.map((row) => ({ ...row, release_id: asId<ReleaseId>(row.release_id) }));
}
