import * as z from 'zod';
import { Can, Handle, Id, Instant, ONE_LINE, PersonRef, Slug } from '../base.ts';
import { ModelCard } from '../registry/shapes.ts';

export const RoundState = z.enum([
  'draft',
  'scheduled',
  'open',
  'locked',
  'qualifying',
  'final_round',
  'tally',
  'provisional',
  'dispute_window',
  'final',
  'settled',
  'archived',
  'suspended',
  'cancelled',
]);
export type RoundState = z.infer<typeof RoundState>;

export const EntryState = z.enum([
  'draft',
  'submitted',
  'validating',
  'eligible',
  'ineligible',
  'withdrawn',
  'finalist',
  'provisional_winner',
  'verified',
  'awarded',
  'disqualified',
  'declined',
  'unresponsive',
]);
export type EntryState = z.infer<typeof EntryState>;

export const AwardState = z.enum([
  'created',
  'accepted',
  'declined',
  'payable',
  'paid',
  'expired',
  'revoked',
]);
export type AwardState = z.infer<typeof AwardState>;

/** A month, "2026-11", UTC. */
export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is a month, such as 2026-11');

/** What is judged in a category: creations of one medium, or models. */
export const CategoryKind = z.enum(['image', 'video', 'music', 'models']);
export type CategoryKind = z.infer<typeof CategoryKind>;

/** Whole nano of $STELAI as a decimal string. */
export const Nanos = z
  .string()
  .regex(/^\d{1,19}$/, 'is a number of nano-STELAI, such as 1000000000')
  .meta({ description: 'Whole nano as a decimal string; 1000000000 is one $STELAI.' });

/**
 * What must be true of an entry besides what always must: it is one's own, of the medium, finished and paid for, not in
 * the bin, not hidden by a moderator, and entered by nobody who runs or judges the round.
 */
export const EntryRule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('releases_listed'),
    models: z.array(Slug).min(1).max(50).meta({ description: 'Any release of these models.' }),
  }),
  z.strictObject({
    kind: z.literal('releases_since'),
    since: Instant.meta({ description: 'Releases that were accepted at this time or later.' }),
  }),
  z.strictObject({
    kind: z.literal('made_in_window').meta({ description: 'Made between opening and lock of the round.' }),
  }),
  z.strictObject({
    kind: z.literal('no_uploads').meta({ description: 'Made from no picture that was uploaded.' }),
  }),
  z.strictObject({
    kind: z.literal('own_pictures_only').meta({
      description: 'What it is made from was made here by the same person.',
    }),
  }),
  z.strictObject({ kind: z.literal('size'), side_min_px: z.int().min(64).max(8_192) }),
  z.strictObject({
    kind: z.literal('length'),
    min_ms: z.int().min(0).max(600_000),
    max_ms: z.int().min(1_000).max(600_000),
  }),
]);
export type EntryRule = z.infer<typeof EntryRule>;

export const Prize = z.object({ place: z.int().min(1).max(5), amount_nanos: Nanos });
export type Prize = z.infer<typeof Prize>;

export const CategoryPlan = z.strictObject({
  kind: CategoryKind,
  theme: z.string().trim().max(160).regex(ONE_LINE, 'must be one line'),
  entries_max: z.int().min(1).max(10).meta({ description: 'How many entries one person may stand in.' }),
  rules: z.array(EntryRule).max(8),
  prizes: z
    .array(Nanos)
    .min(1)
    .max(5)
    .meta({ description: 'For the first place, the second and so on; none more than the one before it.' }),
});
export type CategoryPlan = z.infer<typeof CategoryPlan>;

export const RoundInstants = z.strictObject({
  opens_at: Instant,
  locks_at: Instant.meta({ description: 'What comes at this time is too late.' }),
  qualifying_at: Instant,
  final_at: Instant,
  tally_at: Instant,
  provisional_at: Instant.meta({ description: 'By then the result is out, for everybody to look at.' }),
  disputes_until: Instant,
});
export type RoundInstants = z.infer<typeof RoundInstants>;

/** Everything that an editor decides about a round, and a second one approves. */
export const RoundPlan = z.strictObject({
  slug: Slug.meta({ description: 'Its address: /competitions/<slug>.' }),
  title: z.string().trim().min(3).max(80).regex(ONE_LINE, 'must be one line'),
  theme: z.string().trim().max(160).regex(ONE_LINE, 'must be one line'),
  story: z.string().trim().max(6_000).meta({ description: 'Markdown, without raw HTML.' }),
  instants: RoundInstants,
  categories: z.array(CategoryPlan).max(4),
});
export type RoundPlan = z.infer<typeof RoundPlan>;

/** What a sentence of the rules is about: one that an editor chose, or one that always holds. */
export const RuleLine = z.discriminatedUnion('kind', [
  ...EntryRule.options,
  z.strictObject({ kind: z.enum(['own_model', 'newest_release']) }),
  z.strictObject({
    kind: z.enum(['own_creation', 'not_hidden', 'release_stands', 'not_of_judges', 'no_copy']),
  }),
  z.strictObject({ kind: z.literal('medium'), medium: z.enum(['image', 'video', 'music']) }),
  z.strictObject({ kind: z.literal('entries'), entries_max: z.int() }),
  z.strictObject({ kind: z.literal('no_office') }),
]);
export type RuleLine = z.infer<typeof RuleLine>;

/** One sentence of the rules, and the name of what breaks it. */
export const RuleSays = z.object({ codes: z.array(z.string()), says: z.string(), rule: RuleLine });
export type RuleSays = z.infer<typeof RuleSays>;

/** Why something cannot be entered, or is not eligible. */
export const EntryReason = z.object({ code: z.string(), says: z.string() });
export type EntryReason = z.infer<typeof EntryReason>;

/** A category of a round, for everybody. */
export const Category = z.object({
  id: Id,
  kind: CategoryKind,
  theme: z.string(),
  entries_max: z.int(),
  rules: z.array(RuleSays),
  prizes: z.array(Prize),
  entries: z.int().meta({ description: 'How many stand now. How they stand nobody is told.' }),
});
export type Category = z.infer<typeof Category>;

export const RoundNotice = z.object({
  kind: z.enum(['extension', 'suspension', 'resumption', 'wait', 'cancellation']),
  at: Instant,
  reason: z.string(),
  shift_ms: z.int().meta({ description: 'By which all later times moved.' }),
});

/** The next thing that happens by itself. */
export const RoundNext = z.object({ says: z.string(), at: Instant });

export const RoundCard = z.object({
  slug: Slug,
  title: z.string(),
  theme: z.string(),
  month: Month,
  state: RoundState,
  says: z.string(),
  instants: RoundInstants,
  next: RoundNext.nullable(),
  now: Instant.meta({ description: 'By the clock of the server: what counts.' }),
  categories: z.array(
    z.object({ kind: CategoryKind, theme: z.string(), entries: z.int(), prizes: z.array(Prize) }),
  ),
  prizes_nanos: Nanos,
});
export type RoundCard = z.infer<typeof RoundCard>;

/** The page of a round. */
export const Round = RoundCard.omit({ categories: true }).extend({
  id: Id,
  story: z.string(),
  categories: z.array(Category),
  rules_digest: z.string().nullable().meta({ description: 'SHA-256 of `rules_text`, from approval on.' }),
  rules_text: z.string().nullable(),
  seed_commitment: z
    .string()
    .nullable()
    .meta({ description: 'SHA-256 of the seed that assigns pairs; the seed is told when voting is over.' }),
  seed: z.string().nullable(),
  funded_nanos: Nanos.nullable().meta({ description: 'Put aside in full before it opens.' }),
  returned_nanos: Nanos.nullable(),
  models: z.array(ModelCard).meta({ description: 'The newest of those that may be used for a category.' }),
  entered: z
    .array(ModelCard)
    .meta({ description: 'Models that their creators entered, in an order drawn anew each day.' }),
  notices: z.array(RoundNotice),
  can: z.object({ enter: Can, vote: Can }),
});
export type Round = z.infer<typeof Round>;

// for organisers ---------------------------------------------------------------------------------------------

export const RoundHead = z.object({
  id: Id,
  slug: Slug,
  title: z.string(),
  month: Month,
  state: RoundState,
  proposed: z.boolean().meta({ description: 'A draft that waits for a second person.' }),
  next: RoundNext.nullable(),
  entries: z.int(),
  prizes_nanos: Nanos,
});
export type RoundHead = z.infer<typeof RoundHead>;

export const RoundStep = z.object({
  act: z.string(),
  to: RoundState,
  at: Instant,
  by: PersonRef.nullable().meta({ description: 'Null: a timer.' }),
  reason: z.string().nullable(),
});

/** Everything about a round, for those who run it. */
export const RoundFile = z.object({
  id: Id,
  state: RoundState,
  says: z.string(),
  version: z.int(),
  template_id: Id.nullable(),
  month: Month,
  plan: RoundPlan,
  written_by: PersonRef,
  proposed_by: PersonRef.nullable(),
  approved_by: PersonRef.nullable(),
  next: RoundNext.nullable(),
  now: Instant,
  entries: z.array(
    z.object({
      kind: CategoryKind,
      states: z.array(z.object({ state: EntryState, entries: z.int() })),
    }),
  ),
  escrow: z.object({ asked_nanos: Nanos, left_nanos: Nanos, returned_nanos: Nanos.nullable() }),
  rules_digest: z.string().nullable(),
  seed_commitment: z.string().nullable(),
  notices: z.array(RoundNotice),
  steps: z.array(RoundStep),
  can: z.object({
    edit: Can,
    propose: Can,
    approve: Can,
    send_back: Can,
    extend: Can,
    suspend: Can,
    resume: Can,
    cancel: Can,
  }),
});
export type RoundFile = z.infer<typeof RoundFile>;

export const TemplatePlan = z.strictObject({
  title: RoundPlan.shape.title,
  theme: RoundPlan.shape.theme,
  story: RoundPlan.shape.story,
  categories: RoundPlan.shape.categories,
  open_days: z.int().min(1).max(28).meta({ description: 'From the first of the month on.' }),
  validation_hours: z.int().min(1).max(336),
  qualifying_hours: z.int().min(1).max(336),
  final_hours: z.int().min(1).max(336),
  dispute_hours: z.int().min(24).max(336),
  repeats: z.boolean().meta({ description: 'The next month’s draft is made by itself.' }),
  lead_days: z.int().min(1).max(60).meta({ description: 'So many days before it opens.' }),
});
export type TemplatePlan = z.infer<typeof TemplatePlan>;

export const RoundTemplate = z.object({
  id: Id,
  version: z.int(),
  plan: TemplatePlan,
  next: z
    .object({ month: Month, drafted_at: Instant })
    .nullable()
    .meta({ description: 'The round that is made of it next, by itself.' }),
  rounds: z.array(z.object({ id: Id, title: z.string(), month: Month, state: RoundState })),
});
export type RoundTemplate = z.infer<typeof RoundTemplate>;

/** How rules would have fared with what was made in a month that is over. */
export const RulesPreview = z.object({
  from: Instant,
  until: Instant,
  looked_at: z.int(),
  more: z.boolean().meta({ description: 'There was more than was looked at: the newest of it.' }),
  eligible: z.int(),
  people: z.int().meta({ description: 'Whose something was eligible.' }),
  reasons: z.array(EntryReason.extend({ count: z.int() })).meta({
    description: 'One thing may be refused for several reasons.',
  }),
  rules: z.array(RuleSays),
});
export type RulesPreview = z.infer<typeof RulesPreview>;

// entries ----------------------------------------------------------------------------------------------------

/** Something that one might enter, and why not. */
export const Enterable = z.object({
  asset_id: Id.nullable(),
  release_id: Id,
  title: z.string(),
  model: z.object({ slug: Slug, title: z.string(), version: z.string() }),
  thumbnail_url: z.string().nullable(),
  made_at: Instant,
  eligible: z.boolean(),
  reasons: z.array(EntryReason),
  entry_id: Id.nullable().meta({ description: 'It stands in this category.' }),
});
export type Enterable = z.infer<typeof Enterable>;

export const EntryPerson = z.object({
  handle: Handle,
  display_name: z.string(),
  share_ppm: z.int(),
  answer: z.enum(['open', 'accepted', 'declined']),
});

/** The file as voters see it: the same size, loudness and bit rate for all of a category. */
export const ShownFile = z.object({ url: z.string(), mime: z.string(), bytes: z.int() });
export type ShownFile = z.infer<typeof ShownFile>;

export const Entry = z.object({
  id: Id,
  round: z.object({ slug: Slug, title: z.string(), state: RoundState, locks_at: Instant }),
  category: z.object({ id: Id, kind: CategoryKind, theme: z.string() }),
  title: z.string(),
  state: EntryState,
  says: z.string(),
  reason: EntryReason.nullable(),
  asset_id: Id.nullable(),
  release_id: Id,
  model: z.object({ slug: Slug, title: z.string(), version: z.string() }),
  people: z.array(EntryPerson),
  shown: ShownFile.nullable().meta({ description: 'Null: it is not prepared yet.' }),
  thumbnail_url: z.string().nullable(),
  submitted_at: Instant,
  version: z.int(),
  can: z.object({ withdraw: Can, answer: Can }),
});
export type Entry = z.infer<typeof Entry>;

export const Award = z.object({
  id: Id,
  round: z.object({ slug: Slug, title: z.string() }),
  category: CategoryKind,
  place: z.int(),
  entry: z.object({ id: Id, title: z.string(), thumbnail_url: z.string().nullable() }),
  amount_nanos: Nanos,
  owed_back_nanos: Nanos.meta({
    description: 'Of what was paid in this category: beyond what its standings owe by now.',
  }),
  state: AwardState,
  says: z.string(),
  minted_at: Instant,
  answer_by: Instant,
  answered_at: Instant.nullable(),
  expires_at: Instant,
  version: z.int(),
  can: z.object({ answer: Can }),
});
export type Award = z.infer<typeof Award>;

export const RoundReason = z.string().trim().min(10, 'Say why, in a sentence.').max(1_000);
/** Of what the caller saw. */
export const SeenVersion = z.int().meta({ description: 'Of what you saw.' });
