import type { Context } from '../context.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';

/** The moment before an instant; of a day that is closed, as it was when it was closed. Null: now. */
export async function momentOf(db: Db, before: Date | null): Promise<ledger.Moment | null> {
  if (!before) return null;
  return ledger.momentBefore(db, before, (await earnings.closingOf(db, before))?.batch);
}

/** An instant that was asked for; refuses one that has not come. */
export function instantOf({ clock }: Pick<Context, 'clock'>, at: string | undefined): Date | null {
  if (at === undefined) return null;
  const instant = new Date(at);
  if (instant > clock.now()) refuse('NOT_YET');
  return instant;
}
