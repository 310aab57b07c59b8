import type { AudienceCondition, CampaignPlan } from '#web/api-types.ts';
import { credits, microsOf } from '#ui/credits.ts';

/** A plan as it is typed: times to the minute by UTC, amounts in credits, parts in percent. */
export type CampaignDraft = {
  slug: string;
  title: string;
  tagline: string;
  story: string;
  goal_kind: string;
  goal_people: string;
  starts_at: string;
  ends_at: string;
  budget: string;
  credits: string;
  audience: AudienceCondition[];
  holdout_percent: number;
  banner_days_max: number;
  models: string;
  slots: { surface: string; position: string; model: string }[];
  repeats: string;
};

const PPM_PER_PERCENT = 10_000;
const minute = (instant: string) => instant.slice(0, 16);
/** What is no time is sent as it is: the server says so at its field. */
const instantOf = (minutes: string) => (minutes === '' ? '' : `${minutes}:00.000Z`);

export const draftOf = (plan: CampaignPlan): CampaignDraft => ({
  ...{ slug: plan.slug, title: plan.title, tagline: plan.tagline, story: plan.story, repeats: plan.repeats },
  goal_kind: plan.goal.kind,
  goal_people: String(plan.goal.people),
  starts_at: minute(plan.starts_at),
  ends_at: minute(plan.ends_at),
  budget: credits(plan.budget_micros),
  credits: credits(plan.credits_micros),
  audience: plan.audience,
  holdout_percent: plan.holdout_ppm / PPM_PER_PERCENT,
  banner_days_max: plan.banner_days_max,
  models: plan.models.join(', '),
  slots: plan.slots.map(({ surface, position, model }) => ({ surface, position: String(position), model })),
});

const GOALS = ['generate', 'return', 'buy'] as const;
const REPEATS = ['no', 'draft', 'scheduled'] as const;
const oneOf = <Value extends string>(values: readonly [Value, ...Value[]], text: string): Value =>
  values.find((value) => value === text) ?? values[0];

type Surface = CampaignPlan['slots'][number]['surface'];

export const planOf = (draft: CampaignDraft, surfaces: readonly [Surface, ...Surface[]]): CampaignPlan => ({
  ...{ slug: draft.slug, title: draft.title, tagline: draft.tagline, story: draft.story },
  goal: { kind: oneOf(GOALS, draft.goal_kind), people: Number(draft.goal_people) },
  starts_at: instantOf(draft.starts_at),
  ends_at: instantOf(draft.ends_at),
  budget_micros: microsOf(draft.budget) ?? draft.budget,
  credits_micros: microsOf(draft.credits) ?? draft.credits,
  audience: draft.audience,
  holdout_ppm: Math.round(draft.holdout_percent * PPM_PER_PERCENT),
  banner_days_max: draft.banner_days_max,
  models: slugsIn(draft.models),
  slots: draft.slots.map(({ surface, position, model }) => ({
    surface: oneOf(surfaces, surface),
    position: Number(position),
    model,
  })),
  repeats: oneOf(REPEATS, draft.repeats),
});

/** Addresses or whole links of models, by commas, spaces or lines; each once. */
export const slugsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .map((word) => word.replace(/^.*\/models\//, '').replace(/[/?#].*$/, ''))
      .filter((word) => word !== ''),
  ),
];
