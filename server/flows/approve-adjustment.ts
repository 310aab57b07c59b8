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
import type { Db } from '../kit/database.ts';
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
    await ledger.balances(tx, [availableEarnings(proposal.person_id)], { lock: true });
    const refused = await whyNotApproved(tx, actor_id, proposal);
    if (refused) refuse(refused);
    await ledger.post(tx, await adjustmentMoves(tx, proposal), at);
    await earnings.insertApproval(tx, { adjustment_id: id, approved_by: actor_id, approved_at: at });
    const detail = { amount_micros: micros(proposal.amount_micros), direction: proposal.direction };
    await audit(tx, { at, actor: actor_id, act: 'adjustment.approve', subject: id, detail });
  });
}

export async function whyNotApproved(db: Db, actor_id: AccountId, proposal: earnings.ListedAdjustment) {
  if (proposal.approved_by !== null) return 'ALREADY_APPROVED';
  if (proposal.proposed_by === actor_id) return 'SECOND_PERSON_NEEDED';
  if (proposal.person_id === actor_id) return 'OWN_INTEREST';
  const written_off = proposal.direction === 'give' && proposal.reason === 'write-off';
  return written_off && (await owedBy(db, proposal.person_id)) < proposal.amount_micros ? 'NOT_OWED' : null;
}

/** What is given is available; a write-off goes against a debt. What is taken and not there is owed. */
export async function adjustmentMoves(db: Db, proposal: earnings.Adjustment): Promise<ledger.Posting[]> {
  const { id, person_id, direction, amount_micros: amount, memo } = proposal;
  const reason = reasonOf(proposal.reason);
  const move = (available: bigint, owed: bigint) =>
    adjusted(id, person_id, { reason, available, receivable: owed, memo });
  if (direction === 'give') return reason === 'write-off' ? move(0n, amount) : move(amount, 0n);
  const wallet = availableEarnings(person_id);
  const { available } = (await ledger.balances(db, [wallet]))(wallet);
  const there = available < amount ? available : amount;
  return move(-there, there - amount);
}

async function owedBy(db: Db, person_id: AccountId): Promise<bigint> {
  const account = receivable(person_id);
  return -(await ledger.accrued(db, [account]))(account);
}

const reasonOf = (reason: string): AdjustmentReason =>
  present(
    ADJUSTMENT_REASONS.find((known) => known === reason),
    `the reason ${reason}`,
  );
