import type { Context } from '../context.ts';
import { type AccountId, type CaseId, type ClaimId, idOf } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import { setTimer } from '../kit/timers.ts';
import type { Letters } from '../letters.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { interestIn, legsOf } from '../views/claimed-leg.ts';
import { admittedLetters, writeOfClaim } from './claim-letters.ts';

type Admission = { id: ClaimId; admitted: boolean; reason: string; version: number };

/**
 * A moderator admits a claim or dismisses it. Admitted: from here on what its leg earns is set aside. Nobody settles
 * while it is admitted, so that what was settled before is outside of it and what is settled after is within.
 */
export async function admitClaim(context: Context, actor_id: AccountId, admission: Admission): Promise<void> {
  const { id, admitted, reason, version } = admission;
  await context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const claim = await claimToDecide(tx, actor_id, id);
    const [model] = await registry.modelsByIds(tx, [claim.model_id]);
    const title = model?.title ?? '';
    const step = { id, by: { id: actor_id, as: 'moderator' }, at, version, reason };
    if (!admitted) {
      await earnings.moveClaim(tx, 'dismiss', { ...step, set: { ended_at: at } });
      const dismissed = {
        to: claim.claimant_id,
        write: (say: Letters) => say.claimDismissedLetter(title, reason),
      };
      await writeOfClaim(tx, context, id, dismissed, at);
      return;
    }
    const respondent_id = await respondentNow(tx, claim, at);
    const case_id = idOf<CaseId>('claim case', id);
    await earnings.insertCase(
      tx,
      {
        id: case_id,
        reason: `Rights claimed in “${title}”`,
        purchase_id: null,
        reference: null,
        opened_by: actor_id,
        opened_at: at,
      },
      [],
    );
    const set = { respondent_id, case_id, admitted_at: at };
    await earnings.moveClaim(tx, 'admit', { ...step, set }).catch(refuseSecond);
    await setTimer(tx, {
      kind: earnings.CLAIM_ANSWER_TIMER,
      subject_id: id,
      due_at: earnings.claimAnswerUntil(at),
      at,
    });
    await tell(tx, 'case.opened', { case_id }, at);
    for (const letter of await admittedLetters(tx, { ...claim, respondent_id }, title, at))
      await writeOfClaim(tx, context, id, letter, at);
  });
  context.wake.send('news');
}

/** A claim that somebody may decide about; to whom it is no claim of theirs to decide, it says so. */
export async function claimToDecide(tx: Tx, actor_id: AccountId, id: ClaimId): Promise<earnings.Claim> {
  const claim = (await earnings.lockClaim(tx, id)) ?? refuse('NOT_FOUND');
  if (await interestIn(tx, actor_id, claim)) refuse('OWN_INTEREST');
  return claim;
}

/** Who has what is claimed at this moment; it stays theirs, because an open claim forbids to change that. */
async function respondentNow(tx: Tx, claim: earnings.Claim, at: Date): Promise<AccountId> {
  const model = (await registry.modelToHandOver(tx, claim.model_id)) ?? refuse('NOT_FOUND');
  if (await earnings.openClaimOn(tx, claim.model_id)) refuse('CLAIM_OPEN');
  // a royalty is owed to whoever has the parent: that does not change meanwhile, by a hand-over or by another claim
  const parent_id = claim.parent_model_id;
  if (parent_id) await registry.modelToAddTo(tx, parent_id);
  if (parent_id && (await earnings.openClaimOnOwner(tx, parent_id))) refuse('CLAIM_OPEN');
  const legs = (await legsOf(tx, model, at)).filter(({ leg }) => leg === claim.leg);
  const of = legs.find(
    ({ respondent_id, parent }) =>
      (claim.leg !== 'person' || respondent_id === claim.respondent_id) &&
      (parent?.id ?? null) === claim.parent_model_id,
  );
  if (!of)
    refuse('CLAIM_REFUSED', { why: 'What is claimed is no longer there. Dismiss it with this reason.' });
  if (of.respondent_id === claim.claimant_id)
    refuse('CLAIM_REFUSED', { why: 'It is the claimant’s by now. Dismiss it with this reason.' });
  return of.respondent_id;
}

function refuseSecond(error: unknown): Promise<never> {
  const second =
    error instanceof Error && 'constraint' in error && error.constraint === 'claim_admitted_once';
  return second ? refuse('CLAIM_OPEN') : Promise.reject(error);
}
