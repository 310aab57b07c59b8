import { sql } from 'kysely';
import { asId, type ReleaseId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** What a work looks or sounds like, as far as it can be told. */
export type Print = { picture: Uint8Array | null; sound: Int32Array | null };
type Place = { release_id: ReleaseId; ordinal: number };

/** Of a fingerprint of 64 bytes the first 32 say the form. */
const FORM_BYTES = 32;
const bitsOf = (print: Uint8Array): string =>
  [...print.subarray(0, FORM_BYTES)].map((byte) => byte.toString(2).padStart(8, '0')).join('');

export async function recordSamplePrint(
  tx: Tx,
  { release_id, ordinal, modality }: Place & { modality: string },
  { picture, sound }: Print,
): Promise<void> {
  const values = {
    ...{ release_id, ordinal, modality },
    form: picture && bitsOf(picture),
    sound: sound?.some((piece) => piece !== 0) ? [...sound] : null,
  };
  await tx
    .insertInto('program.sample_print')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The samples that were looked at or listened to, as `release_id ordinal`. */
export async function printedSamples(db: Db): Promise<Set<string>> {
  const rows = await db.selectFrom('program.sample_print').select(['release_id', 'ordinal']).execute();
  return new Set(rows.map(({ release_id, ordinal }) => `${release_id} ${ordinal}`));
}

/** The nearest sample of each release to any of these pictures, in bits of form that differ, the nearest first. */
export async function picturesNearest(
  db: Db,
  modality: string,
  asked: readonly { ordinal: number; print: Uint8Array }[],
  limit: number,
): Promise<(Place & { cell_ordinal: number; bits: number })[]> {
  if (asked.length === 0) return [];
  const { rows } = await sql<{ release_id: string; ordinal: number; cell: number; bits: number }>`
    select * from (
      select distinct on (p.release_id) p.release_id, p.ordinal, c.cell, bit_count(p.form # c.form::bit(256))::int4 as bits
      from program.sample_print p
        cross join unnest(${asked.map(({ ordinal }) => ordinal)}::int4[],
          ${asked.map(({ print }) => bitsOf(print))}::text[]) as c (cell, form)
      where p.modality = ${modality} and p.form is not null
      order by p.release_id, bits) nearest
    order by bits limit ${limit}`.execute(db);
  return rows.map(({ cell, ...row }) => ({
    ...row,
    release_id: asId<ReleaseId>(row.release_id),
    cell_ordinal: cell,
  }));
}

/** The samples that share the most pieces with a sound. */
export async function soundsSharing(
  db: Db,
  sound: Int32Array,
  limit: number,
): Promise<(Place & { sound: Int32Array<ArrayBuffer> })[]> {
  const pieces = [...new Set(sound)].filter((piece) => piece !== 0);
  if (pieces.length === 0) return [];
  const { rows } = await sql<{ release_id: string; ordinal: number; sound: number[] }>`
    select release_id, ordinal, sound from program.sample_print where sound && ${pieces}::int4[]
    order by cardinality(array(select unnest(sound) intersect select unnest(${pieces}::int4[]))) desc
    limit ${limit}`.execute(db);
  return rows.map((row) => ({
    ...row,
    release_id: asId<ReleaseId>(row.release_id),
    sound: Int32Array.from(row.sound),
  }));
}
