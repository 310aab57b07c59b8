import * as z from 'zod';
import { Can, Handle, Id, Instant, Micros, Modality, ONE_LINE, PersonRef, Slug } from '../base.ts';
import { ModelCard } from '../registry/shapes.ts';
import { OpenSurface } from '../slots/surfaces.ts';

export const CampaignState = z.enum([
  'draft',
  'review',
  'scheduled',
  'running',
  'paused',
  'ended',
  'settled',
]);
export type CampaignState = z.infer<typeof CampaignState>;

const Days = z.int().min(1).max(3_650);

/** What must be true of a person on the day of scheduling; of several conditions, all of them. */
export const AudienceCondition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('joined'), within_days: Days }),
  z.strictObject({ kind: z.literal('bought'), bought: z.boolean() }),
  z.strictObject({
    kind: z.literal('generated'),
    modality: Modality.nullable().meta({ description: 'Null: anything.' }),
  }),
  z.strictObject({ kind: z.literal('follows'), handle: Handle }),
  z.strictObject({
    kind: z.literal('quiet'),
    days: Days.meta({ description: 'Has generated before, and not within so many days.' }),
  }),
]);
export type AudienceCondition = z.infer<typeof AudienceCondition>;
export const Audience = z.array(AudienceCondition).max(6);

export const CampaignGoal = z.strictObject({
  kind: z.enum(['generate', 'return', 'buy']).meta({
    description:
      'What a person does: generates with a featured model, generates anything, or buys credits. Counted once for each person.',
  }),
  people: z.int().min(1).max(100_000_000),
});
export type CampaignGoal = z.infer<typeof CampaignGoal>;

const Amount = z
  .string()
  .regex(/^\d{1,15}$/, 'is a number of micro-credits, such as 1000000')
  .refine((amount) => BigInt(amount) % 10_000n === 0n, 'is in whole hundredths of a credit')
  .meta({ description: 'Micro-credits, in whole hundredths of a credit.' });

export const CampaignSlot = z.strictObject({
  surface: OpenSurface,
  position: z.int().min(1).max(50),
  model: Slug,
});

/** Everything that an editor decides about a campaign, and a second one approves. */
export const CampaignPlan = z.strictObject({
  slug: Slug.meta({ description: 'Its address: /campaigns/<slug>.' }),
  title: z.string().trim().min(3).max(80).regex(ONE_LINE, 'must be one line'),
  tagline: z.string().trim().max(160).regex(ONE_LINE, 'must be one line'),
  story: z.string().trim().max(6_000).meta({ description: 'Markdown, without raw HTML.' }),
  goal: CampaignGoal,
  starts_at: Instant,
  ends_at: Instant,
  budget_micros: Amount.meta({
    description: 'Promo credits set aside for it; reserved in full when it is scheduled.',
  }),
  credits_micros: Amount.meta({ description: 'What one person gets of the budget, once; 0: nothing.' }),
  audience: Audience.meta({ description: 'None: every member.' }),
  holdout_ppm: z.int().min(0).max(500_000).meta({
    description: 'The part of the audience that sees nothing of it, in millionths: what it is compared with.',
  }),
  banner_days_max: z
    .int()
    .min(0)
    .max(14)
    .meta({ description: 'On so many days at most one person sees its banner; 0: no banner.' }),
  models: z.array(Slug).max(12).meta({ description: 'Featured models, in order.' }),
  slots: z
    .array(CampaignSlot)
    .max(12)
    .meta({ description: 'Places in the marketplace, from its start to its end.' }),
  repeats: z.enum(['no', 'draft', 'scheduled']).meta({
    description:
      'Next month’s is made two weeks ahead: as a draft, or scheduled as it was approved this time.',
  }),
});
export type CampaignPlan = z.infer<typeof CampaignPlan>;

/** A campaign in the list of those that run. */
export const CampaignCard = z.object({
  slug: Slug,
  title: z.string(),
  tagline: z.string(),
  starts_at: Instant,
  ends_at: Instant,
  credits_micros: Micros,
  models: z.array(ModelCard).meta({ description: 'Those whose creators agreed.' }),
});
export type CampaignCard = z.infer<typeof CampaignCard>;

export const CampaignCredits = z.object({
  amount_micros: Micros,
  got_at: Instant.nullable(),
  expires_at: Instant.nullable().meta({ description: 'Of what was got; what is unused by then goes back.' }),
});

/** The page of a campaign, for whoever looks at it. */
export const CampaignPage = CampaignCard.extend({
  story: z.string(),
  state: CampaignState,
  credits: CampaignCredits.nullable().meta({ description: 'Null: it gives none.' }),
  can: z.object({ take_credits: Can }),
});
export type CampaignPage = z.infer<typeof CampaignPage>;

export const CampaignBanner = z.object({
  slug: Slug,
  title: z.string(),
  tagline: z.string(),
  credits_micros: Micros,
  ends_at: Instant,
  why: z.string().meta({ description: 'Why this person sees it.' }),
});
export type CampaignBanner = z.infer<typeof CampaignBanner>;

const Group = z.object({ people: z.int(), converted: z.int(), rate_ppm: z.int() });

/** How many more did it than would have without the campaign, and how sure that is. */
export const CampaignLift = z.object({
  shown: Group,
  held_out: Group,
  difference_ppm: z.int().nullable(),
  low_ppm: z.int().nullable(),
  high_ppm: z.int().nullable(),
  verdict: z.enum(['no_holdout', 'too_few', 'may_be_chance', 'more', 'fewer']),
  says: z.string(),
});
export type CampaignLift = z.infer<typeof CampaignLift>;

/** A campaign in the editors' list. */
export const CampaignHead = z.object({
  id: Id,
  slug: Slug,
  title: z.string(),
  state: CampaignState,
  starts_at: Instant,
  ends_at: Instant,
  goal: CampaignGoal,
  reached_people: z.int(),
  audience_people: z.int().nullable(),
  budget_micros: Micros,
  given_micros: Micros,
  repeats: CampaignPlan.shape.repeats,
});
export type CampaignHead = z.infer<typeof CampaignHead>;

export const CampaignStep = z.object({
  act: z.string(),
  to: CampaignState,
  at: Instant,
  by: PersonRef.nullable().meta({ description: 'Null: a timer.' }),
  reason: z.string().nullable(),
});

/** Everything about a campaign, for editors. */
export const CampaignFile = z.object({
  id: Id,
  state: CampaignState,
  says: z.string(),
  version: z.int(),
  plan: CampaignPlan,
  written_by: PersonRef,
  features: z.array(
    z.object({
      model: z.object({ slug: Slug, title: z.string() }),
      creator: PersonRef,
      answer: z.enum(['open', 'accepted', 'declined']),
      answered_at: Instant.nullable(),
    }),
  ),
  numbers: z
    .object({
      audience_people: z.int(),
      held_out_people: z.int(),
      told_people: z.int(),
      banner_people: z.int(),
      granted_people: z.int(),
      places: z
        .object({ impressions: z.int(), visits: z.int(), generations: z.int() })
        .meta({ description: 'What its places in the marketplace brought, to everybody.' }),
    })
    .nullable()
    .meta({ description: 'From its scheduling on.' }),
  budget: z.object({
    reserved_micros: Micros,
    given_micros: Micros.meta({ description: 'Granted to people.' }),
    left_micros: Micros.meta({ description: 'In its account now.' }),
    returned_micros: Micros.nullable().meta({ description: 'What went back when it was settled.' }),
    free_micros: Micros.meta({ description: 'What the budget of all campaigns still has.' }),
  }),
  links: z
    .object({ links: z.int(), clicks: z.int(), sign_ups: z.int(), purchases: z.int() })
    .meta({ description: 'Referral links that lead to it, of anybody.' }),
  lift: CampaignLift.nullable(),
  series: z.array(z.object({ id: Id, title: z.string(), starts_at: Instant, state: CampaignState })),
  steps: z.array(CampaignStep),
  can: z.object({
    edit: Can,
    submit: Can,
    approve: Can,
    send_back: Can,
    pause: Can,
    resume: Can,
    end: Can,
    call_off: Can,
    change_repeat: Can,
  }),
});
export type CampaignFile = z.infer<typeof CampaignFile>;

/** What a campaign asks the creator of a model. */
export const CampaignOffer = z.object({
  campaign: z.object({
    id: Id,
    slug: Slug,
    title: z.string(),
    tagline: z.string(),
    state: CampaignState,
    starts_at: Instant,
    ends_at: Instant,
    credits_micros: Micros,
    is_public: z.boolean(),
    repeats: z
      .boolean()
      .meta({ description: 'Your answer holds for the next months too, until you change it.' }),
  }),
  model: z.object({ slug: Slug, title: z.string() }),
  slots: z.array(z.string()).meta({ description: 'The places that are to be booked for it, in words.' }),
  answer: z.enum(['open', 'accepted', 'declined']),
  answered_at: Instant.nullable(),
  can: z.object({ answer: Can }),
});
export type CampaignOffer = z.infer<typeof CampaignOffer>;

export const CampaignReason = z.string().trim().min(10, 'Say why, in a sentence.').max(1_000);
/** Of the campaign that the caller saw. */
export const SeenVersion = z.int().meta({ description: 'Of the campaign that you saw.' });
