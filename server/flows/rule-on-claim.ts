import type { Context } from '../context.ts';
import type { AccountId, ClaimId } from '../ids.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { isOfHouse, OF_HOUSE } from '../views/transfers.ts';
import { claimToDecide } from './admit-claim.ts';
import { letGo } from './end-claim.ts';
import { uphold } from './uphold-claim.ts';

type Ruling = {
  id: ClaimId;
  outcome: 'uphold' | 'reject';
  remedy?: earnings.ClaimRemedy | undefined;
  reason: string;
  version: number;
};

/** A moderator rejects a claim, or proposes to uphold it: that takes somebody else as well. */
export async function ruleOnClaim(context: Context, actor_id: AccountId, ruling: Ruling): Promise<void> {
  const { id, outcome, remedy, reason, version } = ruling;
  await context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const claim = await claimToDecide(tx, actor_id, id);
    const step = { id, by: { id: actor_id, as: 'moderator' }, at, version, reason };
    if (outcome === 'reject') {
      await earnings.moveClaim(tx, 'reject', { ...step, set: { ended_at: at } });
      await letGo(tx, context, claim, { by: actor_id, how: 'rejected', note: reason }, at);
      return;
    }
    const possible = REMEDIES[claim.leg];
    if (!remedy || !possible.includes(remedy))
      refuse('CLAIM_REFUSED', { why: `What follows has to be said: ${possible.join(' or ')}.` });
    if (remedy === 'transfer' && (await isOfHouse(tx, claim.model_id)))
      refuse('CLAIM_REFUSED', { why: `${OF_HOUSE} It can be withdrawn.` });
    await earnings.moveClaim(tx, 'propose', { ...step, set: { remedy, proposed_by: actor_id } });
  });
  context.wake.send('news');
}

/** What may become of each leg when a claim is upheld. */
export const REMEDIES: Record<earnings.ClaimLeg, readonly earnings.ClaimRemedy[]> = {
  model: ['transfer', 'withdraw'],
  person: ['redirect'],
  royalty: ['redirect'],
};

type Signature = { id: ClaimId; signed: boolean; reason: string; version: number };

/** A second person signs that a claim is upheld, and it happens at once; or declines, and it is open again. */
export async function signClaim(context: Context, actor_id: AccountId, signature: Signature): Promise<void> {
  const { id, signed, reason, version } = signature;
  await context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const claim = await claimToDecide(tx, actor_id, id);
    if (claim.proposed_by === actor_id) refuse('SECOND_PERSON_NEEDED');
    const step = { id, by: { id: actor_id, as: 'moderator' }, at, version, reason };
    if (!signed) {
      const set = { remedy: null, proposed_by: null };
      await earnings.moveClaim(tx, 'decline_to_sign', { ...step, set });
      return;
    }
    await earnings.moveClaim(tx, 'uphold', { ...step, set: { ended_at: at } });
    await uphold(tx, context, claim, { by: actor_id, note: reason }, at);
  });
  context.wake.send('news');
}
