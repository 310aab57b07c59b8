import { ROOT_TYPE } from '@stellary/proofs';
import type { Context } from '../context.ts';
import { dayOf, nextDay } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';

type Closing = { days: number; receipts: number; more: boolean };

/**
 * Gives every receipt that is new a place in the signed log: first the UTC days that are over, then one block of
 * receipts. A block belongs to the day in which it was closed, so what was settled just before midnight and closed
 * just after it lies in the next day. Nothing is done when nothing is new, or when another process is at it.
 */
export function closeReceipts({
  database,
  signer,
  clock,
}: Pick<Context, 'database' | 'signer' | 'clock'>): Promise<Closing> {
  const sign = (header: string) => signer.sign(header, ROOT_TYPE);
  return database.inTransaction(async (tx) => {
    if (!(await earnings.mayCloseReceipts(tx))) return { days: 0, receipts: 0, more: false };
    const end = await earnings.endOfReceiptLog(tx);
    const at = notBefore(clock.now(), end);
    const days = await closeDays(tx, end, at, sign);
    const { block, more } = await earnings.closeBlock(tx, end.block, at, sign);
    return { days, receipts: block?.header.size ?? 0, more };
  });
}

type LogEnd = Awaited<ReturnType<typeof earnings.endOfReceiptLog>>;
type Sign = Parameters<typeof earnings.closeDay>[4];

/** The log never goes back in time, also where clocks do: a day that was signed gets no more blocks. */
function notBefore(now: Date, { block, day }: LogEnd): Date {
  const closed = [block, day].flatMap((last) => (last ? [Date.parse(last.header.closed_at)] : []));
  return new Date(Math.max(now.getTime(), ...closed));
}

/** The days begin with that of the first block; from then on there is each of them, blocks or none. */
async function closeDays(tx: Tx, end: LogEnd, at: Date, sign: Sign): Promise<number> {
  let last = end.day;
  let closed = 0;
  for (let day = await firstOpenDay(tx, end); day !== null && day < dayOf(at); day = nextDay(day)) {
    last = await earnings.closeDay(tx, last, day, at, sign);
    closed += 1;
  }
  return closed;
}

async function firstOpenDay(tx: Tx, { day }: LogEnd): Promise<string | null> {
  if (day) return nextDay(day.header.day);
  const first = await earnings.blockByNumber(tx, 1);
  return first ? dayOf(new Date(first.header.closed_at)) : null;
}
