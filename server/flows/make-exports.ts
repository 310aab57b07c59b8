import { createHash } from 'node:crypto';
import { EXPORT_KEPT_DAYS } from '#api/analytics/export-limits.ts';
import type { Context } from '../context.ts';
import { BrokenPromise } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import { sha256, StorageFull } from '../kit/files.ts';
import { FORMATS } from '../kit/table-file.ts';
import * as analytics from '../modules/analytics/index.ts';
import { Refusal } from '../refuse.ts';
import { expectedRows, type Source, sourceOf } from '../views/analytics/export-source.ts';
import { datasetOf } from '../views/exports.ts';
import { writeExportLetter } from './export-letters.ts';

type Taken = analytics.ExportRow;

/** Rows of a part: some megabytes, and a row group of Parquet. More are fewer, larger pieces to hold at once. */
const ROWS_A_PART = 10_000;
/** After so many parts another export has its turn. */
const PARTS_A_TURN = 8;
/** A part takes a second; whoever is silent for longer is gone. */
const LEASE_MS = 60_000;
/** After trouble it rests; after so many tries without a part it is given up. */
const REST_MS = 30_000;
const ATTEMPTS_MAX = 5;
/**
 * After the end of a time: whoever posts takes the time first and writes then, and what takes longer is given up. So a
 * month that is exported is whole, and what comes later is of the next one.
 */
const SETTLING_MS = 60_000;
/** So much of the disk is left to what cannot be made again. */
const ROOM_LEFT_BYTES = 1024n ** 3n;

type Options = { rows_a_part?: number; parts_a_turn?: number };

/**
 * Makes the next parts of one export: each is written through to the disk before it is recorded, and recorded only by
 * whoever has the lease. Killed anywhere, the next worker goes on after the last part. Answers how much there was to do.
 */
export async function makeNextExport(
  context: Context,
  leaving: AbortSignal,
  { rows_a_part = ROWS_A_PART, parts_a_turn = PARTS_A_TURN }: Options = {},
): Promise<number> {
  const { database, clock } = context;
  const taken = await database.inTransaction((tx) => analytics.takeExport(tx, clock.now(), LEASE_MS));
  if (!taken) return 0;
  try {
    const begun = taken.upto_fold === null ? await begin(context, taken) : taken;
    if (!begun) return 0;
    const made = await makeParts(context, begun, { rows_a_part, parts_a_turn, leaving });
    return made ? 1 : 0;
  } catch (trouble) {
    await meetTrouble(context, taken, trouble);
    return 0;
  }
}

/** What it is made of stands still from here on. Null: it is not all there yet, so it waits for a moment. */
async function begin(context: Context, taken: Taken): Promise<Taken | null> {
  const { database, clock } = context;
  const { wish, asked_at } = taken;
  const settled_at = new Date(wish.to.getTime() + SETTLING_MS);
  if (wish.to <= asked_at && clock.now() < settled_at) {
    await leave(database, taken, settled_at);
    return null;
  }
  const rows_expected = await expectedRows(context, { ...taken, dataset: datasetOf(taken.dataset) });
  return database.inTransaction(async (tx) => {
    const begun = await analytics.beginExport(tx, taken, { rows_expected });
    if (!begun) await analytics.leaveExport(tx, taken, { until: null, is_trouble: false });
    return begun;
  });
}

type Making = { rows_a_part: number; parts_a_turn: number; leaving: AbortSignal };

/** Answers whether it got further. */
async function makeParts(context: Context, begun: Taken, making: Making): Promise<boolean> {
  const { database } = context;
  const source = await sourceOf(context, { ...begun, dataset: datasetOf(begun.dataset) });
  let at: Pick<Taken, 'parts' | 'bytes' | 'place'> | null = begun;
  for (let parts = 0; parts < making.parts_a_turn && !making.leaving.aborted; parts += 1) {
    // nothing comes after the last row: what is left is the end
    const is_whole: boolean = at.parts > 0 && at.place === null;
    if (is_whole) return finish(context, begun, source);
    at = await makePart(context, begun, source, at, making.rows_a_part);
    if (!at) return lost(context, begun);
  }
  await leave(database, begun, null);
  return true;
}

const leave = (database: Context['database'], taken: Taken, until: Date | null) =>
  database.inTransaction((tx) => analytics.leaveExport(tx, taken, { until, is_trouble: false }));

async function makePart(
  { database, exports, clock }: Context,
  begun: Taken,
  source: Source,
  at: Pick<Taken, 'parts' | 'bytes' | 'place'>,
  limit: number,
): Promise<Pick<Taken, 'parts' | 'bytes' | 'place'> | null> {
  await keepRoom(exports);
  const { rows, next } = await source.read(at.place, limit);
  const { bytes, footer } = await FORMATS[begun.format].part(source.columns, rows, Number(at.bytes));
  const number = at.parts + 1;
  await exports.write(begun.id, analytics.partName({ number, fence: begun.fence }), bytes);
  const size = BigInt(bytes.byteLength);
  const part = {
    ...{ number, rows: rows.length, bytes: size, digest: sha256(bytes), footer, place: next },
    leased_until: new Date(clock.now().getTime() + LEASE_MS),
  };
  const is_ours = await database.inTransaction((tx) => analytics.addPart(tx, begun, part));
  return is_ours ? { parts: number, bytes: at.bytes + size, place: next } : null;
}

async function keepRoom(exports: Context['exports']): Promise<void> {
  if ((await exports.room()) < ROOM_LEFT_BYTES)
    throw new StorageFull(new Error('an export would take the rest'));
}

async function finish(context: Context, begun: Taken, source: Source): Promise<boolean> {
  const { database, db, exports, clock } = context;
  const parts = await analytics.partsOf(db, begun.id);
  const offset = parts.reduce((sum, { bytes }) => sum + Number(bytes), 0);
  const bytes = FORMATS[begun.format].end(source.columns, {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    footers: parts.flatMap(({ footer }) => footer ?? []),
    offset,
  });
  const number = parts.length + 1;
  const digests = parts.map(({ digest }) => digest);
  if (bytes.byteLength > 0) {
    await exports.write(begun.id, analytics.partName({ number, fence: begun.fence }), bytes);
    digests.push(sha256(bytes));
  }
  const at = clock.now();
  const expires_at = new Date(at.getTime() + EXPORT_KEPT_DAYS * DAY_MS);
  const digest = `sha256:${createHash('sha256').update(digests.join('')).digest('hex')}`;
  const is_ours = await database.inTransaction(async (tx) => {
    if (bytes.byteLength > 0) {
      const end = { number, rows: 0, bytes: BigInt(bytes.byteLength), digest: sha256(bytes), footer: null };
      const leased_until = new Date(at.getTime() + LEASE_MS);
      if (!(await analytics.addPart(tx, begun, { ...end, place: null, leased_until }))) return false;
    }
    if (!(await analytics.endExport(tx, begun, { ready_at: at, expires_at, digest }))) return false;
    await writeExportLetter(tx, context, begun.id, begun.person_id);
    return true;
  });
  return is_ours || lost(context, begun);
}

/** Somebody else goes on with it, or nobody wants it any more: then nothing of it stays. */
async function lost({ db, exports }: Context, { id, person_id }: Taken): Promise<false> {
  if (!(await analytics.exportOf(db, id, person_id))) await exports.remove(id);
  return false;
}

/** What is refused will be refused again; everything else is tried some times more. */
async function meetTrouble(context: Context, taken: Taken, trouble: unknown): Promise<void> {
  if (trouble instanceof BrokenPromise) throw trouble;
  const { database, clock, log } = context;
  const at = clock.now();
  const is_over = trouble instanceof Refusal || taken.attempts >= ATTEMPTS_MAX;
  log[is_over ? 'error' : 'warn']({ err: trouble, export_id: taken.id }, 'an export did not get on');
  await database.inTransaction(async (tx) => {
    if (!is_over) {
      const until = new Date(at.getTime() + REST_MS);
      return analytics.leaveExport(tx, taken, { until, is_trouble: true });
    }
    if (await analytics.endExport(tx, taken, { failed_at: at, reason: reasonOf(trouble) }))
      await writeExportLetter(tx, context, taken.id, taken.person_id);
  });
}

function reasonOf(trouble: unknown): string {
  if (trouble instanceof Refusal) return trouble.code;
  return trouble instanceof StorageFull ? 'STORAGE_FULL' : 'INTERNAL';
}
