import type { Context } from '../context.ts';
import type { AccountId, ExportId } from '../ids.ts';
import { onePer } from '../kit/batcher.ts';
import { type ByteRange, byteRange } from '../kit/byte-range.ts';
import { createSeats, type Seats } from '../kit/seats.ts';
import { readableOf } from '../kit/stream.ts';
import { FORMATS } from '../kit/table-file.ts';
import * as analytics from '../modules/analytics/index.ts';
import { refuse } from '../refuse.ts';
import { fileName, stateOf } from './exports.ts';

const seats = onePer<Context, Seats>(() => createSeats({ each: 4, all: 64 }));

type Asked = { range?: string | undefined; 'if-range'?: string | undefined };
type Headers = {
  'content-type': string;
  'content-disposition': string;
  'content-length': string;
  'accept-ranges': 'bytes';
  etag: string;
};
type Body = { body: ReadableStream<Uint8Array> };
export type FileAnswer =
  | ({ status: 200; headers: Headers } & Body)
  | ({ status: 206; headers: Headers & { 'content-range': string } } & Body);

/** The file, or the bytes of it that are asked for. A file never changes, so whoever has some of it goes on from there. */
export async function exportFile(
  context: Context,
  person_id: AccountId,
  id: ExportId,
  asked: Asked,
): Promise<FileAnswer> {
  const { db, exports, clock } = context;
  const row = (await analytics.exportOf(db, id, person_id)) ?? refuse('NOT_FOUND');
  const state = stateOf(row, clock.now());
  if (state === 'expired') refuse('EXPORT_EXPIRED');
  if (state !== 'ready') refuse('EXPORT_NOT_READY', { state });
  const parts = await analytics.partsOf(db, id);
  if (!(await areThere(exports, id, parts))) refuse('EXPORT_EXPIRED');

  const bytes = Number(row.bytes);
  const etag = `"${(row.digest ?? '').replace('sha256:', '')}"`;
  // what somebody has is of another file: they get this one from its beginning
  const is_same = asked['if-range'] === undefined || asked['if-range'] === etag;
  const range = is_same ? byteRange(asked.range, bytes) : null;
  if (range === 'none') refuse('RANGE_NOT_SATISFIABLE', { bytes });
  const { from, to } = range ?? { from: 0, to: bytes };
  const leave = seats(context).take({ name: person_id }) ?? refuse('DOWNLOADS_FULL', { retry_after_s: 10 });
  const headers = {
    'content-type': FORMATS[row.format].mime,
    'content-disposition': `attachment; filename="${fileName(row)}"`,
    'content-length': String(to - from),
    'accept-ranges': 'bytes' as const,
    etag,
  };
  const body = readableOf(piecesOf(exports, id, parts, { from, to }), leave);
  if (!range) return { status: 200, headers, body };
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${from}-${to - 1}/${bytes}` }, body };
}

/** A backup that was brought back has no such files: they can be ordered again. */
async function areThere(exports: Context['exports'], id: ExportId, parts: readonly analytics.PartRow[]) {
  for (const part of parts)
    if ((await exports.size(id, analytics.partName(part))) !== Number(part.bytes)) return false;
  return true;
}

async function* piecesOf(
  exports: Context['exports'],
  id: ExportId,
  parts: readonly analytics.PartRow[],
  { from, to }: ByteRange,
): AsyncGenerator<Uint8Array> {
  let begins = 0;
  for (const part of parts) {
    const size = Number(part.bytes);
    const [first, end] = [Math.max(0, from - begins), Math.min(size, to - begins)];
    if (first < end) yield* exports.read(id, analytics.partName(part), first, end);
    begins += size;
  }
}
