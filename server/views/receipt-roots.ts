import type { Context } from '../context.ts';
import * as earnings from '../modules/earnings/index.ts';
import { refuse } from '../refuse.ts';
import { pageOf, placeOf } from './paging.ts';

/** The log of receipts as anybody may keep it: its signed headers, oldest first. */
export async function receiptRoots(
  context: Context,
  wanted: { after: number; limit: number; cursor?: string | undefined },
) {
  const place = placeOf(context, 'receipt-roots', wanted.cursor)?.[0];
  const after = place === undefined ? wanted.after : Number(place);
  const blocks = await earnings.blocksAfter(context.db, after, wanted.limit + 1);
  const { shown, next_cursor } = pageOf(context, 'receipt-roots', blocks, wanted.limit, ({ header }) => [
    String(header.number),
  ]);
  return { items: shown, next_cursor };
}

export async function receiptDays(
  context: Context,
  wanted: { after?: string | undefined; limit: number; cursor?: string | undefined },
) {
  const place = placeOf(context, 'receipt-days', wanted.cursor)?.[0];
  const days = await earnings.daysAfter(context.db, place ?? wanted.after ?? null, wanted.limit + 1);
  const { shown, next_cursor } = pageOf(context, 'receipt-days', days, wanted.limit, ({ header }) => [
    header.day,
  ]);
  return { items: shown, next_cursor };
}

export const receiptRoot = async ({ db }: Context, number: number) =>
  (await earnings.blockByNumber(db, number)) ?? refuse('NOT_FOUND');
