import type { Context } from '../context.ts';
import type { AccountId, CaseId, ClaimId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import { dropTimer } from '../kit/timers.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { endedLetters, writeOfClaim } from './claim-letters.ts';
import { release, subjectsOfCase } from './resolve-case.ts';
import { openDrawer } from './standing.ts';

/** The claimant takes a claim back, at any time before it is decided. */
export async function withdrawClaim(
  context: Context,
  claimant_id: AccountId,
  { id, reason, version }: { id: ClaimId; reason: string; version: number },
): Promise<void> {
  await context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const claim = await earnings.lockClaim(tx, id);
    if (claim?.claimant_id !== claimant_id) return refuse('NOT_FOUND');
    const by = { id: claimant_id, as: 'claimant' };
    await earnings.moveClaim(tx, 'withdraw', { id, by, at, version, reason, set: { ended_at: at } });
    await letGo(tx, context, claim, { by: claimant_id, how: 'withdrawn', note: reason }, at);
  });
  context.wake.send('news');
}

type End = { by: AccountId; how: 'withdrawn' | 'rejected'; note: string };

/** A claim has come to nothing: what its case holds goes back to where it would be without it, and nothing more is held. */
export async function letGo(
  tx: Tx,
  context: Context,
  claim: earnings.Claim,
  { by, how, note }: End,
  at: Date,
): Promise<void> {
  const { id, case_id, model_id } = claim;
  await dropTimer(tx, { kind: earnings.CLAIM_ANSWER_TIMER, subject_id: id, at });
  if (case_id) {
    const lines = await earnings.caseLines(tx, case_id);
    const drawer = await openDrawer(tx, await subjectsOfCase(tx, lines), { id: case_id, lines });
    await release(tx, case_id, drawer, `Rights claim ${how}`, at);
    await resolved(
      tx,
      { case_id, outcome: 'cleared', note: note || `Rights claim ${how}`, resolved_by: by },
      at,
    );
  }
  const [model] = await registry.modelsByIds(tx, [model_id]);
  for (const letter of endedLetters(claim, model?.title ?? '', how, note))
    await writeOfClaim(tx, context, id, letter, at);
}

/** Writes down how a claim's case ended. */
export async function resolved(
  tx: Tx,
  resolution: {
    case_id: CaseId;
    outcome: 'cleared' | 'upheld';
    note: string;
    resolved_by: AccountId;
  },
  at: Date,
): Promise<void> {
  await earnings.insertResolution(tx, { ...resolution, resolved_at: at });
  const { case_id, outcome } = resolution;
  await tell(tx, 'case.resolved', { case_id, outcome }, at);
}
