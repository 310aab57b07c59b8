import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { dayOf } from '../kit/clock.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import { refuse } from '../refuse.ts';

/** Somebody saw the banner of a campaign today, or put it away for good. */
export async function noteBanner(
  context: Context,
  person_id: AccountId,
  { slug, what }: { slug: string; what: 'seen' | 'dismissed' },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const campaign = await campaigns.campaignBySlug(tx, slug);
    const place = campaign && (await campaigns.placeIn(tx, campaign.id, person_id));
    if (!campaign || !place || place.held_out || campaign.started_at === null) refuse('NOT_FOUND');
    if (what === 'seen') await campaigns.noteShowing(tx, campaign.id, person_id, dayOf(at));
    else await campaigns.dismiss(tx, campaign.id, person_id, at);
  });
}
