import { sql } from 'kysely';
import { asId, type AssetId } from '../../../ids.ts';
import type { Db } from '../../../kit/database.ts';
import { isAnyOf } from '../../../kit/is-any-of.ts';
import { pictureLikeness, soundLikeness } from './prints.ts';

export type AlikeAmong = { asset_id: AssetId; how: 'looks' | 'sounds' };

/**
 * Which of these assets look or sound like this one, by the fingerprints that are there. Pictures are all compared; of
 * sounds those that share a piece with it, because theirs are long.
 */
export async function alikeAmong(
  db: Db,
  asset_id: AssetId,
  others: readonly AssetId[],
): Promise<AlikeAmong[]> {
  if (others.length === 0) return [];
  return [...(await looksLike(db, asset_id, others)), ...(await soundsLike(db, asset_id, others))];
}

async function looksLike(db: Db, asset_id: AssetId, others: readonly AssetId[]): Promise<AlikeAmong[]> {
  const rows = await db
    .selectFrom('generation.picture_print')
    .select(['asset_id', 'print'])
    .where(isAnyOf('asset_id', [asset_id, ...others]))
    .execute();
  const own = rows.filter((row) => row.asset_id === asset_id).map(({ print }) => new Uint8Array(print));
  if (own.length === 0) return [];
  return rows.flatMap((row) =>
    row.asset_id !== asset_id && pictureLikeness(own, new Uint8Array(row.print)) !== null
      ? [{ asset_id: asId<AssetId>(row.asset_id), how: 'looks' as const }]
      : [],
  );
}

async function soundsLike(db: Db, asset_id: AssetId, others: readonly AssetId[]): Promise<AlikeAmong[]> {
  const { rows } = await sql<{ asset_id: string; print: number[]; own: number[] }>`
    select s.asset_id, s.print, o.print as own from generation.sound_print o
    join generation.sound_print s on s.asset_id = any(${[...others]}::uuid[]) and s.print && o.print
    where o.asset_id = ${asset_id} and s.asset_id <> o.asset_id`.execute(db);
  return rows.flatMap((row) =>
    soundLikeness([Int32Array.from(row.own)], Int32Array.from(row.print)) !== null
      ? [{ asset_id: asId<AssetId>(row.asset_id), how: 'sounds' as const }]
      : [],
  );
}

/** Whether this asset was looked at and listened to: before, nothing can be said of what it is like. */
export async function isHeard(db: Db, asset_id: AssetId): Promise<boolean> {
  const { rows } = await sql`select from generation.unheard where asset_id = ${asset_id}`.execute(db);
  return rows.length === 0;
}
