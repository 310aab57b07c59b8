import type { Context } from '../context.ts';
import type { GenerationId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';

export type Ending = {
  state: 'failed' | 'cancelled' | 'expired';
  failure: generation.Failure | null;
  /** The runner's fence; a runner that lost its lease ends nothing. */
  fence?: string;
};

/** Ends a generation that will not be charged: its hold is voided in the same transaction. */
export async function failGeneration(context: Context, id: GenerationId, ending: Ending): Promise<boolean> {
  const at = context.clock.now();
  const ended = await context.database.inTransaction((tx) => endUncharged(tx, id, ending, at));
  if (ended) context.wake.send('news');
  return ended;
}

/** The same inside a transaction that is already open. Answers false when it had ended, or the lease was lost. */
export async function endUncharged(tx: Tx, id: GenerationId, ending: Ending, at: Date): Promise<boolean> {
  const ended = await generation.end(tx, id, { ...ending, at });
  if (!ended) return false;
  await ledger.voidHolds(tx, [id], at);
  const { payer_id } = ended;
  await tell(
    tx,
    `generation.${ending.state}`,
    { generation_id: id, payer_id, failure: ending.failure?.code ?? null },
    at,
  );
  return true;
}
