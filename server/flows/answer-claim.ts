import type { Context } from '../context.ts';
import { type AccountId, asId, type ClaimId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, type Timer } from '../kit/timers.ts';
import type { Letters } from '../letters.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { writeOfClaim } from './claim-letters.ts';

/** Whoever a claim is about answers it, once; late is better than not at all. */
export async function answerClaim(
  context: Context,
  respondent_id: AccountId,
  { id, answer, version }: { id: ClaimId; answer: string; version: number },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const claim = await earnings.lockClaim(tx, id);
    if (claim?.respondent_id !== respondent_id || claim.admitted_at === null) return refuse('NOT_FOUND');
    if (claim.answer !== null) refuse('ALREADY_ANSWERED', { answer: 'given' });
    const by = { id: respondent_id, as: 'respondent' };
    await earnings.moveClaim(tx, 'answer', { id, by, at, version, set: { answer, answered_at: at } });
    await dropTimer(tx, { kind: earnings.CLAIM_ANSWER_TIMER, subject_id: id, at });
    const [model] = await registry.modelsByIds(tx, [claim.model_id]);
    const answered = {
      to: claim.claimant_id,
      write: (say: Letters) => say.answeredLetter(model?.title ?? ''),
    };
    await writeOfClaim(tx, context, id, answered, at);
  });
  context.wake.send('news');
}

/** The time to answer is over: the claim can be decided without an answer, which decides nothing by itself. */
export async function passClaimOn(tx: Tx, context: Context, timer: Timer): Promise<void> {
  const id = asId<ClaimId>(timer.subject_id);
  const claim = await earnings.lockClaim(tx, id);
  if (claim?.state !== 'admitted') return;
  const at = context.clock.now();
  await earnings.moveClaim(tx, 'let_pass', { id, by: { id: 'system', as: 'timer' }, at });
  const [model] = await registry.modelsByIds(tx, [claim.model_id]);
  const write = (say: Letters) => say.unansweredLetter(model?.title ?? '');
  for (const to of [claim.claimant_id, claim.respondent_id])
    await writeOfClaim(tx, context, id, { to, write }, at);
}
