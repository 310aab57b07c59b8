import { budgetOfCampaign } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, idOf, type TransactionId } from '../ids.ts';
import { actsFrom, StepRefused } from '../kit/state-machine.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { promoGranted } from './postings/index.ts';

/**
 * Gives somebody of its audience what a campaign gives, once, out of the budget that was reserved for it. Who asks at
 * the same time does not wait for the others but at the budget itself, which cannot give what it does not have.
 */
export async function giveCampaignCredits(
  context: Context,
  person_id: AccountId,
  slug: string,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const campaign = (await campaigns.keepCampaign(tx, slug)) ?? refuse('NOT_FOUND');
    const { id, state, title, credits_micros: amount_micros } = campaign;
    const place = await campaigns.placeIn(tx, id, person_id);
    if (campaign.started_at === null || place?.held_out) refuse('NOT_FOUND');
    if (await campaigns.grantTo(tx, id, person_id)) return;
    if (state !== 'running')
      throw new StepRefused({
        ...{ code: 'NOT_NOW', state, act: 'take_credits' },
        possible: actsFrom(campaigns.campaignMachine, state, 'member'),
      });
    if (!place)
      refuse('NOT_IN_AUDIENCE', { why: 'It is for others: who it is for was decided before it began.' });
    if (amount_micros === 0n) refuse('NOT_FOUND');
    if (!(await campaigns.insertGrant(tx, { campaign_id: id, person_id, amount_micros, at }))) return;
    const posting = idOf<TransactionId>('campaign grant', id, person_id);
    try {
      await ledger.post(tx, promoGranted(posting, budgetOfCampaign(id), person_id, amount_micros, title), at);
    } catch (error) {
      if (error instanceof ledger.Overdrawn) refuse('BUDGET_EXHAUSTED');
      throw error;
    }
  });
}
