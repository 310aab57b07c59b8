import { type RawBuilder, sql } from 'kysely';
import * as z from 'zod';
import { Modality } from '#api/base.ts';
import { type AccountId, asId, type AssetId, type ModelId, type ReleaseId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/** How an asset came about: what rules about it may look at. */
export type Making = {
  asset_id: AssetId;
  owner_id: AccountId;
  modality: Modality;
  title: string;
  digest: string;
  extension: string;
  thumbnail: { digest: string } | null;
  made_at: Date;
  release_id: ReleaseId;
  model_id: ModelId;
  model: string;
  model_title: string;
  release_version: string;
  /** pictures it was made from: brought from elsewhere, and made here by somebody else */
  uploads: number;
  pictures_of_others: number;
  in_bin: boolean;
  side_px: number | null;
  duration_ms: number | null;
};

type Row = Record<
  | 'asset_id'
  | 'owner_id'
  | 'modality'
  | 'title'
  | 'digest'
  | 'extension'
  | 'release_id'
  | 'model_id'
  | 'model'
  | 'model_title'
  | 'release_version',
  string
> & { thumbnail: unknown } & Pick<
    Making,
    'made_at' | 'uploads' | 'pictures_of_others' | 'in_bin' | 'side_px' | 'duration_ms'
  >;
const Thumbnail = z.object({ digest: z.string() });
const read = (row: Row): Making => ({
  ...row,
  asset_id: asId(row.asset_id),
  owner_id: asId(row.owner_id),
  release_id: asId(row.release_id),
  model_id: asId(row.model_id),
  modality: Modality.parse(row.modality),
  thumbnail: Thumbnail.nullable().parse(row.thumbnail),
});

async function makings(db: Db, where: RawBuilder<unknown>): Promise<Making[]> {
  const { rows } = await sql<Row>`
    select a.id as asset_id, a.owner_id, a.modality, left(a.prompt, 100) as title, a.digest, a.extension, a.thumbnail,
      a.created_at as made_at, g.release_id, g.terms -> 'model' ->> 'id' as model_id, g.terms -> 'model' ->> 'slug' as model,
      g.terms -> 'model' ->> 'title' as model_title, g.terms -> 'release' ->> 'version' as release_version,
      a.deleted_at is not null as in_bin, nullif(greatest(coalesce(a.width, 0), coalesce(a.height, 0)), 0) as side_px,
      a.duration_ms,
      (select count(*)::int4 from generation.input_picture p where p.generation_id = g.id and p.origin = 'upload') as uploads,
      (select count(*)::int4 from generation.input_picture p left join generation.asset s on s.id = p.source_id
       where p.generation_id = g.id and p.origin = 'platform' and s.owner_id is distinct from a.owner_id) as pictures_of_others
    from generation.asset a join generation.generation g on g.id = a.generation_id
    where g.state = 'succeeded' and ${where}`.execute(db);
  return rows.map(read);
}

/** Of these assets those that were paid for, whoever has them. */
export const makingsOf = (db: Db, ids: readonly AssetId[]): Promise<Making[]> =>
  ids.length === 0 ? Promise.resolve([]) : makings(db, sql`a.id = any(${[...ids]}::uuid[])`);

/** What somebody has of a medium and not in the bin, the newest first. */
export const makingsOfOwner = (
  db: Db,
  owner_id: AccountId,
  { modality, after, limit }: { modality: Modality; after: string | null; limit: number },
): Promise<Making[]> =>
  makings(
    db,
    sql`a.owner_id = ${owner_id} and a.modality = ${modality} and a.deleted_at is null
      ${after === null ? sql`` : sql`and a.id < ${after}`} order by a.id desc limit ${limit}`,
  );

/** What was made of a medium in a time, the newest first. */
export const makingsBetween = (
  db: Db,
  { modality, from, until, limit }: { modality: Modality; from: Date; until: Date; limit: number },
): Promise<Making[]> =>
  makings(
    db,
    sql`a.modality = ${modality} and a.created_at >= ${from} and a.created_at < ${until}
      order by a.id desc limit ${limit}`,
  );
