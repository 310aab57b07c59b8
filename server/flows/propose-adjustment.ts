import type { AdjustmentReason } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, type AdjustmentId, asId, newId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import { claimKey } from '../kit/idempotency.ts';
import { micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';

export type Proposal = {
  key: string;
  handle: string;
  direction: 'give' | 'take';
  amount_micros: bigint;
  reason: AdjustmentReason;
  memo: string;
};

/** Proposes to correct what a creator has by hand. Nothing moves before somebody else approves it. */
export async function proposeAdjustment(
  context: Context,
  actor_id: AccountId,
  { key, ...proposal }: Proposal,
): Promise<AdjustmentId> {
  const at = context.clock.now();
  return context.database.inTransaction(async (tx) => {
    const body = { ...proposal, amount_micros: micros(proposal.amount_micros) };
    const claim = await claimKey(tx, { actor_id, key, endpoint: 'createAdjustment', body, at });
    if ('conflict' in claim) refuse('IDEMPOTENCY_CONFLICT');
    if (!claim.first) return asId<AdjustmentId>(claim.subject);
    const { handle, ...change } = proposal;
    const person = await identity.accountByHandle(tx, handle);
    if (!person) refuse('NOT_FOUND');
    if (person.id === actor_id) refuse('OWN_INTEREST');
    const id = newId<AdjustmentId>(at);
    await earnings.insertAdjustment(tx, {
      id,
      person_id: person.id,
      ...change,
      proposed_by: actor_id,
      proposed_at: at,
    });
    await claim.record(id);
    await audit(tx, { at, actor: actor_id, act: 'adjustment.propose', subject: id, detail: body });
    return id;
  });
}
