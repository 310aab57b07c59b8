import type { Context } from '../context.ts';
import { asId, type CampaignId, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import type { Timer } from '../kit/timers.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as registry from '../modules/registry/index.ts';
import { whyNotFeature } from '../views/why-not-feature.ts';
import { startOfNext } from './next-campaign.ts';
import { bookWhatIsFree, canBeReserved, schedule } from './rule-on-campaign.ts';
import { submit } from './submit-campaign.ts';

const TIMER = { id: 'system', as: 'timer' } as const;

/**
 * Makes next month’s of a campaign, once: a draft for editors to look over, or, where that was approved with it,
 * scheduled as it is. What of that cannot be had (the budget is used up, its time is past) waits for an editor.
 */
export async function repeatCampaign(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const last = await campaigns.lockCampaign(tx, asId<CampaignId>(subject_id));
  if (!last || last.repeats === 'no' || last.scheduled_at === null) return;
  const series_no = last.series_no + 1;
  if ((await campaigns.seriesOf(tx, last.series_id)).some((one) => one.series_no >= series_no)) return;
  const { next, without } = await makeNext(tx, last, series_no, at);
  if (last.repeats !== 'scheduled') return;
  await submit(tx, next, TIMER, at);
  const agreed = (await campaigns.featuresOf(tx, [next.id])).some(({ answer }) => answer === 'accepted');
  if (!agreed || next.starts_at <= at || !(await canBeReserved(tx, next))) return;
  const reason = ['As it was approved.', ...without].join(' ');
  await schedule(tx, next, { by: TIMER, at, reason, book: bookWhatIsFree });
}

async function makeNext(
  tx: Tx,
  last: campaigns.Campaign,
  series_no: number,
  at: Date,
): Promise<{ next: campaigns.Campaign; without: string[] }> {
  const id = newId<CampaignId>(at);
  const starts_at = startOfNext(last);
  const lasts_ms = last.ends_at.getTime() - last.starts_at.getTime();
  const { slug, title, tagline, story, goal, budget_micros, credits_micros } = last;
  const { audience, holdout_ppm, banner_days_max, slots, repeats } = last;
  await campaigns.beginCampaign(
    tx,
    {
      ...{ id, series_id: last.series_id, series_no, series_starts_at: last.series_starts_at },
      ...{ written_by: last.written_by, slug: await slugOf(tx, slug, starts_at) },
      ...{ starts_at, ends_at: new Date(starts_at.getTime() + lasts_ms) },
      ...{ title, tagline, story, goal, budget_micros, credits_micros },
      ...{ audience, holdout_ppm, banner_days_max, slots, repeats },
    },
    TIMER,
    at,
  );
  const without = await carryFeatures(tx, last.id, id, at);
  return { next: present(await campaigns.lockCampaign(tx, id), 'a campaign that was just begun'), without };
}

/**
 * Who agreed knew that it repeats, and goes on to until they say otherwise; who declined is not asked again. Whoever has
 * the model since then has agreed to nothing. What may not be featured any more is left out; answers what, in words.
 */
async function carryFeatures(tx: Tx, from: CampaignId, to: CampaignId, at: Date): Promise<string[]> {
  const before = await campaigns.featuresOf(tx, [from]);
  const asked = before.filter(({ answer }) => answer !== 'declined');
  const ids = asked.map(({ model_id }) => model_id);
  const [why_not, models] = [await whyNotFeature(tx, ids, at), await registry.modelsByIds(tx, ids)];
  const modelOf = new Map(models.map((model) => [model.id, model]));
  const kept = asked.filter(({ model_id }) => !why_not.has(model_id));
  await campaigns.putFeatures(
    tx,
    to,
    kept.map(({ model_id }) => model_id),
  );
  for (const { model_id, answer, answered_by, answered_at } of kept)
    if (answered_at && (answered_by === null || answered_by === modelOf.get(model_id)?.creator_id))
      await campaigns.answerFeature(tx, { campaign_id: to, model_id }, { answer, answered_by, answered_at });
  return [...why_not].map(([id, why]) => `Without ${modelOf.get(id)?.title ?? 'a model'}: ${why}`);
}

/** The address of the first with the month behind it. */
async function slugOf(tx: Tx, slug: string, starts_at: Date): Promise<string> {
  const base = slug.replace(/-\d{4}-\d{2}$/, '').slice(0, 50);
  const month = starts_at.toISOString().slice(0, 7);
  const taken = await campaigns.slugIsTaken(tx, `${base}-${month}`);
  return taken ? `${base}-${month}-${newId<CampaignId>(starts_at).slice(-4)}` : `${base}-${month}`;
}
