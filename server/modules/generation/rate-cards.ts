import * as z from 'zod';
import type { Db, Tx } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import { PriceClass, type RateCard } from './pricing.ts';

export async function announceRateCard(
  tx: Tx,
  card: {
    version: number;
    announced_at: Date;
    effective_at: Date;
    classes: readonly Record<string, string>[];
  },
): Promise<void> {
  const { version, announced_at, effective_at } = card;
  const classes = JSON.stringify(card.classes);
  z.array(PriceClass).parse(card.classes);
  await tx
    .insertInto('generation.rate_card')
    .values({ version, announced_at, effective_at, classes })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Refuses where the clock stands before the first: nothing can be priced then. */
export async function rateCardInForce(db: Db, at: Date): Promise<RateCard> {
  const row = await db
    .selectFrom('generation.rate_card')
    .select(['version', 'effective_at', 'classes'])
    .where('effective_at', '<=', at)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) refuse('NOT_PRICED');
  return { ...row, classes: z.array(PriceClass).parse(row.classes) };
}

/** Every price list by number, those included that were announced and do not hold yet. */
export const rateCards = (db: Db): Promise<{ version: number; announced_at: Date; effective_at: Date }[]> =>
  db
    .selectFrom('generation.rate_card')
    .select(['version', 'announced_at', 'effective_at'])
    .orderBy('version')
    .execute();
