import { sql } from 'kysely';
import { type AccountId, asId, type AssetId, type ModelId, type ReleaseId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type ShowcasePiece = { words: string } & (
  { kind: 'creation'; asset_id: AssetId } | { kind: 'sample'; release_id: ReleaseId; ordinal: number }
);

/** What the creator of a model puts together of what was made with it. */
export type Showcase = {
  model_id: ModelId;
  title: string;
  words: string;
  published_at: Date | null;
  changed_at: Date;
  version: number;
};

export async function showcaseOf(db: Db, model_id: ModelId): Promise<Showcase | undefined> {
  const row = await db
    .selectFrom('marketplace.showcase')
    .selectAll()
    .where('model_id', '=', model_id)
    .executeTakeFirst();
  return row && { ...row, model_id: asId<ModelId>(row.model_id) };
}

export async function showcasePieces(
  db: Db,
  model_ids: readonly ModelId[],
): Promise<(ShowcasePiece & { model_id: ModelId })[]> {
  if (model_ids.length === 0) return [];
  const rows = await db
    .selectFrom('marketplace.showcase_piece')
    .select(['model_id', 'asset_id', 'release_id', 'ordinal', 'words'])
    .where('model_id', 'in', [...model_ids])
    .orderBy('model_id')
    .orderBy('place')
    .execute();
  return rows.flatMap((found): (ShowcasePiece & { model_id: ModelId })[] => {
    const { asset_id, release_id, ordinal, words, ...row } = found;
    const model_id = asId<ModelId>(row.model_id);
    if (asset_id) return [{ model_id, words, kind: 'creation', asset_id: asId<AssetId>(asset_id) }];
    if (!release_id || ordinal === null) return [];
    return [{ model_id, words, kind: 'sample', release_id: asId<ReleaseId>(release_id), ordinal }];
  });
}

/** Writes the whole of it, if it is still of the version that was changed; 0: there was none. */
export async function saveShowcase(
  tx: Tx,
  {
    version,
    pieces,
    at,
    published,
    ...texts
  }: Pick<Showcase, 'model_id' | 'title' | 'words' | 'version'> & {
    pieces: readonly ShowcasePiece[];
    published: boolean;
    at: Date;
  },
): Promise<boolean> {
  const { model_id } = texts;
  const published_at = published ? at : null;
  const saved =
    version === 0
      ? await tx
          .insertInto('marketplace.showcase')
          .values({ ...texts, published_at, changed_at: at, version: 1 })
          .onConflict((conflict) => conflict.doNothing())
          .returning('model_id')
          .executeTakeFirst()
      : await tx
          .updateTable('marketplace.showcase')
          .set({
            ...texts,
            // while it is published, it stays where it stands among the others
            published_at: published ? sql<Date>`coalesce(published_at, ${at}::timestamptz)` : null,
            changed_at: at,
            version: version + 1,
          })
          .where('model_id', '=', model_id)
          .where('version', '=', version)
          .returning('model_id')
          .executeTakeFirst();
  if (!saved) return false;
  await tx.deleteFrom('marketplace.showcase_piece').where('model_id', '=', model_id).execute();
  if (pieces.length === 0) return true;
  await tx
    .insertInto('marketplace.showcase_piece')
    .values(
      pieces.map((piece, place) => ({
        ...{ model_id, place, words: piece.words },
        asset_id: piece.kind === 'creation' ? piece.asset_id : null,
        release_id: piece.kind === 'sample' ? piece.release_id : null,
        ordinal: piece.kind === 'sample' ? piece.ordinal : null,
      })),
    )
    .execute();
  return true;
}

/**
 * Where published ones of models that stand in lists are found, the newest first: those that show something, as far as is
 * known here, whose creators are not among `without`.
 */
export async function showcaseAddresses(
  db: Db,
  { without, limit }: { without: readonly string[]; limit: number },
): Promise<Pick<Showcase, 'model_id' | 'changed_at'>[]> {
  const { rows } = await sql<{ model_id: string; changed_at: Date }>`
    select s.model_id, s.changed_at from marketplace.showcase s join marketplace.listing l on l.model_id = s.model_id
    where s.published_at is not null and l.creator_id <> all(${[...without]}::uuid[])
      and exists (select from marketplace.showcase_piece p left join marketplace.creation c on c.asset_id = p.asset_id
        where p.model_id = s.model_id
          and (p.release_id is not null or (c.listed and c.withdrawn_at is null and c.hidden_at is null)))
    order by s.published_at desc, s.model_id desc limit ${limit}`.execute(db);
  return rows.map(({ model_id, changed_at }) => ({ model_id: asId<ModelId>(model_id), changed_at }));
}

/** Published ones of models that stand in lists, the newest first; whose creators are not among `without`. */
export async function showcasesPage(
  db: Db,
  filter: { without: readonly AccountId[]; after: { at: Date; id: string } | null; limit: number },
): Promise<Showcase[]> {
  let query = db
    .selectFrom('marketplace.showcase as showcase')
    .innerJoin('marketplace.listing as listing', 'listing.model_id', 'showcase.model_id')
    .selectAll('showcase')
    .where('showcase.published_at', 'is not', null)
    .orderBy('showcase.published_at', 'desc')
    .orderBy('showcase.model_id', 'desc')
    .limit(filter.limit);
  if (filter.without.length > 0) query = query.where('listing.creator_id', 'not in', [...filter.without]);
  const { after } = filter;
  if (after)
    query = query.where(
      sql<boolean>`(showcase.published_at, showcase.model_id) < (${after.at}::timestamptz, ${after.id}::uuid)`,
    );
  return (await query.execute()).map((row) => ({ ...row, model_id: asId<ModelId>(row.model_id) }));
}
