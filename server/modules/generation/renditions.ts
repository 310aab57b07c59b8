import { sql } from 'kysely';
import * as z from 'zod';
import { MediaFormat } from '#api/generation/shapes.ts';
import { type AccountId, asId, type AssetId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import type { Asset } from './assets.ts';

type StoredFile = { digest: string; extension: string; mime: string; bytes: bigint | number };

/** What is made of a master when somebody asks for it. A film has its other format from the beginning. */
const ON_DEMAND: Partial<Record<string, readonly MediaFormat[]>> = {
  webp: ['png', 'avif', 'jpg'],
  png: ['webp', 'avif', 'jpg'],
  jpg: ['png', 'webp', 'avif'],
  flac: ['wav'],
};
const COMPANION_FORMATS = { midi: 'midi', opus: 'opus', webm: 'webm' } as const;

/** What there is of an asset from the beginning; its original first. */
export function filesOf(asset: Asset): { format: MediaFormat; file: StoredFile }[] {
  const original = MediaFormat.safeParse(asset.extension);
  return [
    ...(original.success ? [{ format: original.data, file: asset }] : []),
    ...asset.companions.flatMap((file) =>
      file.role === 'storyboard' ? [] : [{ format: COMPANION_FORMATS[file.role], file }],
    ),
  ];
}

/** What else it can be had as. */
export const formatsOnDemand = (asset: Asset): readonly MediaFormat[] => ON_DEMAND[asset.extension] ?? [];

/** One row for each thing that can be made: a size that changes nothing is no size. Null: it is not offered. */
export function renditionKey(
  asset: Asset,
  format: MediaFormat,
  side_max: number | null,
): { there: StoredFile } | { key: RenditionKey } | null {
  const side = Math.max(asset.width ?? 0, asset.height ?? 0);
  const smaller = side_max !== null && asset.modality === 'image' && side_max < side;
  if (side_max !== null && asset.modality !== 'image') return null;
  const there = filesOf(asset).find((has) => has.format === format);
  if (there && !smaller) return { there: there.file };
  // a smaller one may be of the master's own format
  const made = formatsOnDemand(asset).includes(format) || (smaller && format === asset.extension);
  return made ? { key: { asset_id: asId(asset.id), format, side_max: smaller ? side_max : 0 } } : null;
}

/** An asset in one other format; `side_max` 0: as large as the original. */
export type RenditionKey = { asset_id: AssetId; format: MediaFormat; side_max: number };

const StoredRendition = z.discriminatedUnion('state', [
  z.object({ state: z.literal('making'), attempt: z.int(), asked_at: z.date() }),
  z.object({
    state: z.literal('ready'),
    digest: z.string(),
    extension: z.string(),
    mime: z.string(),
    bytes: z.bigint(),
  }),
  z.object({
    state: z.literal('failed'),
    attempt: z.int(),
    failure: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }),
  }),
]);
type StoredRendition = z.infer<typeof StoredRendition>;

/** How often a rendition is tried that failed for a reason that may pass. */
const ATTEMPTS_MAX = 3;

/** Whether `rendition` may be begun (again). */
function isOpen(rendition: StoredRendition | undefined, stale_before: Date): boolean {
  switch (rendition?.state) {
    case undefined:
      return true;
    case 'ready':
      return false;
    case 'making':
      return rendition.asked_at < stale_before;
    case 'failed':
      return rendition.failure.retryable && rendition.attempt < ATTEMPTS_MAX;
  }
}

/**
 * The one who may make it gets its attempt; everybody else what stands there. `full`: the owner has as many in
 * the making as allowed. Requests of one owner wait for each other here, so a burst counts right.
 */
export async function claimRendition(
  tx: Tx,
  key: RenditionKey,
  claim: { owner_id: AccountId; at: Date; stale_before: Date; making_max: number },
): Promise<{ mine: number } | { found: StoredRendition } | 'full'> {
  const { owner_id, at, stale_before, making_max } = claim;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`renditions ${owner_id}`}, 0))`.execute(tx);
  const found = await renditionByKey(tx, key);
  if (found && !isOpen(found, stale_before)) return { found };
  if ((await countMaking(tx, owner_id, stale_before)) >= making_max) return 'full';
  const { attempt } = await tx
    .insertInto('generation.rendition')
    .values({ ...key, state: 'making', asked_at: at })
    .onConflict((conflict) =>
      conflict.columns(['asset_id', 'format', 'side_max']).doUpdateSet({
        state: 'making',
        asked_at: at,
        failure: null,
        attempt: sql<number>`rendition.attempt + 1`,
      }),
    )
    .returning('attempt')
    .executeTakeFirstOrThrow();
  return { mine: attempt };
}

async function countMaking(tx: Tx, owner_id: AccountId, stale_before: Date): Promise<number> {
  const { n } = await tx
    .selectFrom('generation.rendition as r')
    .innerJoin('generation.asset as a', 'a.id', 'r.asset_id')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('a.owner_id', '=', owner_id)
    .where('r.state', '=', 'making')
    .where('r.asked_at', '>=', stale_before)
    .executeTakeFirstOrThrow();
  return Number(n);
}

export type RenditionOutcome =
  | { state: 'ready'; digest: string; extension: string; mime: string; bytes: bigint; made_at: Date }
  | { state: 'failed'; failure: { code: string; message: string; retryable: boolean } };

/** Only for the attempt that was claimed: whoever was given up on changes nothing. */
export async function endRendition(
  tx: Tx,
  { asset_id, format, side_max }: RenditionKey,
  attempt: number,
  outcome: RenditionOutcome,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('generation.rendition')
    .set(outcome.state === 'failed' ? { ...outcome, failure: JSON.stringify(outcome.failure) } : outcome)
    .where('asset_id', '=', asset_id)
    .where('format', '=', format)
    .where('side_max', '=', side_max)
    .where('attempt', '=', attempt)
    .where('state', '=', 'making')
    .executeTakeFirst();
  if (outcome.state !== 'ready' || numUpdatedRows === 0n) return;
  // whoever holds the file finds the asset by it
  await tx
    .insertInto('generation.asset_file')
    .values({ digest: outcome.digest, asset_id, role: 'rendition' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function renditionByKey(db: Db, key: RenditionKey): Promise<StoredRendition | undefined> {
  const row = await db
    .selectFrom('generation.rendition')
    .selectAll()
    .where('asset_id', '=', key.asset_id)
    .where('format', '=', key.format)
    .where('side_max', '=', key.side_max)
    .executeTakeFirst();
  return row && StoredRendition.parse(row);
}

/** In full size: what is offered for download. */
export async function renditionsOf(db: Db, asset_ids: readonly string[]) {
  if (asset_ids.length === 0) return [];
  const rows = await db
    .selectFrom('generation.rendition')
    .selectAll()
    .where('asset_id', 'in', [...asset_ids])
    .where('side_max', '=', 0)
    .execute();
  return rows.map((row) => ({
    asset_id: row.asset_id,
    format: MediaFormat.parse(row.format),
    rendition: StoredRendition.parse(row),
  }));
}
