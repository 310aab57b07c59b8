import type { ModelId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/**
 * Refuses by name what would change whose a model's earnings are while somebody claims them. Whoever admits a claim
 * waits until the transaction has ended.
 */
export async function demandUnclaimed(tx: Tx, model_id: ModelId): Promise<void> {
  await registry.modelToAddTo(tx, model_id);
  if (await earnings.openClaimOn(tx, model_id)) refuse('CLAIM_OPEN');
}
