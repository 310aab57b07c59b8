import type { Context } from '../context.ts';
import { dayOf } from '../kit/clock.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { turnsOfDay } from './turns-of-day.ts';

/** What the turns of a day follow from. Of a day to come only the digest of its seed is told. */
export async function rotationOf(context: Context, { day, hour }: { day: string; hour: number }) {
  const { db, clock } = context;
  const seed = (await marketplace.seedOf(db, day)) ?? refuse('NOT_FOUND');
  const has_begun = day <= dayOf(clock.now());
  const [quota, made] = await Promise.all([
    marketplace.quotaOf(db, day),
    has_begun ? turnsOfDay(context, day) : undefined,
  ]);
  const of_day = made?.rotation?.day === day ? made.rotation : null;
  const candidates = of_day?.candidates ?? [];
  const entered = of_day?.entered ?? [];
  const models = new Map(
    (
      await registry.modelsByIds(
        db,
        [...candidates, ...entered].map(({ model_id }) => model_id),
      )
    ).map((model) => [model.id, model]),
  );
  const listed = (id: string) => {
    const model = models.get(id);
    return model?.visibility === 'listed' ? model : undefined;
  };
  const kept = marketplace.keptForNew(quota.share_ppm);
  return {
    day,
    digest: seed.digest,
    drawn_at: seed.drawn_at.toISOString(),
    seed: has_begun ? seed.seed : null,
    share_ppm: quota.share_ppm,
    new_days: quota.new_days,
    kept: marketplace.PLACES.filter((place) => kept.has(marketplace.placeKey(place))),
    candidates: candidates.map((candidate) => ({
      ...candidate,
      slug: listed(candidate.model_id)?.slug ?? null,
      title: listed(candidate.model_id)?.title ?? null,
    })),
    entered: entered.map(({ model_id, modality, impressions }) => ({
      ...{ model_id, modality, impressions },
      slug: listed(model_id)?.slug ?? null,
      title: listed(model_id)?.title ?? null,
    })),
    expected: of_day?.expected ?? null,
    turns: of_day ? [...(made?.turns[hour] ?? []), ...(made?.entered.turns[hour] ?? [])] : [],
  };
}
