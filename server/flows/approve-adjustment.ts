import {
  ADJUSTMENT_REASONS,
  type AdjustmentReason,
  availableEarnings,
  receivable,
} from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId, AdjustmentId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { adjusted } from './postings/index.ts';

/** Approves what somebody else proposed, and moves the money. */
export async function approveAdjustment(
  context: Context,
  actor_id: AccountId,
  id: AdjustmentId,
): Promise<void> {
  await context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const proposal = await earnings.adjustmentById(tx, id);
    if (!proposal) refuse('NOT_FOUND');
    if (proposal.approved_by !== null) refuse('ALREADY_APPROVED');
    if (proposal.proposed_by === actor_id) refuse('SECOND_PERSON_NEEDED');
    if (proposal.person_id === actor_id) refuse('OWN_INTEREST');

    const { person_id, memo } = proposal;
    const change = await changeOf(tx, proposal);
    await ledger.post(tx, adjusted(id, person_id, { ...change, memo }), at);
    await earnings.insertApproval(tx, { adjustment_id: id, approved_by: actor_id, approved_at: at });
    const detail = { amount_micros: micros(proposal.amount_micros), direction: proposal.direction };
    await audit(tx, { at, actor: actor_id, act: 'adjustment.approve', subject: id, detail });
  });
}

/** What is given is available; a write-off goes against a debt. What is taken and not there is owed. */
async function changeOf(tx: Tx, proposal: earnings.Adjustment) {
  const { person_id, direction, amount_micros: amount } = proposal;
  const reason = reasonOf(proposal.reason);
  if (direction === 'take') {
    const { available } = (await ledger.balances(tx, [availableEarnings(person_id)], { lock: true }))(
      availableEarnings(person_id),
    );
    const there = available < amount ? available : amount;
    return { reason, available: -there, receivable: there - amount };
  }
  if (reason !== 'write-off') return { reason, available: amount, receivable: 0n };
  const owed = -(await ledger.accrued(tx, [receivable(person_id)]))(receivable(person_id));
  if (owed < amount) refuse('NOT_OWED');
  return { reason, available: 0n, receivable: amount };
}

const reasonOf = (reason: string): AdjustmentReason =>
  present(
    ADJUSTMENT_REASONS.find((known) => known === reason),
    `the reason ${reason}`,
  );
