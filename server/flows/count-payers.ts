import type { Tx } from '../kit/database.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';

type Told = { id: string; at: Date };

/** Counts those who paid with credits that they bought, for a model that is not their own: they make it trend. */
export async function countPayers(tx: Tx, settled: readonly Told[]): Promise<void> {
  const uses = await generation.paidUses(
    tx,
    settled.map(({ id }) => id),
  );
  await marketplace.countPayers(
    tx,
    settled.flatMap(({ id, at }) => {
      const use = uses.get(id);
      return use ? [{ model_id: use.model_id, payer_id: use.payer_id, at }] : [];
    }),
  );
}

/** What was paid came back: whoever it was does not count until they pay again. */
export async function forgetRefunded(tx: Tx, refunded: readonly Told[]): Promise<void> {
  const uses = await generation.paidUses(
    tx,
    refunded.map(({ id }) => id),
  );
  for (const { model_id, payer_id } of uses.values()) await marketplace.forgetPayer(tx, model_id, payer_id);
}
