import * as z from 'zod';
import { Can, Id, Instant, Micros, PersonRef, Slug } from '../base.ts';

/** A version of the terms, without its text. */
export const TermsVersion = z.object({
  version: z.string(),
  digest: z.string(),
  share_ppm: z.int().meta({ description: "The creator's share of the price, in millionths, as offered." }),
  announced_at: Instant,
  effective_from: Instant,
  replaces: z.string().nullable(),
  sunset_at: Instant.nullable().meta({
    description: 'Until when those who agreed to the version that it replaces may stay with that one.',
  }),
  state: z.enum(['announced', 'in_force', 'replaced']),
});
export type TermsVersion = z.infer<typeof TermsVersion>;

export const TermsText = TermsVersion.extend({ text: z.string().meta({ description: 'Markdown.' }) });

/** One paragraph of two versions, word by word. */
export const TermsChange = z.object({
  kind: z.enum(['same', 'added', 'removed', 'changed']),
  words: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
});

/** Who would have, or has, which part of the creator's share. */
export const SharePart = z.object({
  person: PersonRef,
  role: z.enum(['creator', 'collaborator']),
  part_ppm: z.int(),
  was_ppm: z.int().nullable().meta({ description: 'What they have now; null for who is new.' }),
  asked: z.boolean().meta({ description: 'Whether it needs their consent.' }),
  answer: z.enum(['accepted', 'declined']).nullable(),
  answered_at: Instant.nullable(),
});

export const SplitProposal = z.object({
  id: Id,
  state: z.enum(['proposed', 'accepted', 'active', 'superseded', 'declined', 'expired', 'withdrawn']),
  proposed_by: PersonRef,
  proposed_at: Instant,
  expires_at: Instant,
  effective_from: Instant.nullable().meta({ description: 'Null: from the signature on.' }),
  note: z.string(),
  people: z.array(SharePart),
  can: z.object({ withdraw: Can }),
});
export type SplitProposal = z.infer<typeof SplitProposal>;

/** An example of what a charge pays whom. */
export const PreviewPart = z.object({
  role: z.enum(['creator', 'collaborator', 'parent', 'platform']),
  person: PersonRef.nullable(),
  part_ppm: z.int(),
  amount_micros: Micros,
});

export const Offer = z.object({
  id: Id,
  application_id: Id,
  title: z.string(),
  state: z.enum(['open', 'signed', 'declined', 'lapsed', 'superseded']),
  share_ppm: z.int(),
  conditions: z.array(z.string()),
  pinned_days: z.int().meta({ description: 'So long the terms of the signature are guaranteed.' }),
  offered_at: Instant,
  expires_at: Instant,
  answered_at: Instant.nullable(),
  terms: TermsText,
  revision: z.object({ number: z.int(), digest: z.string() }),
  team: SplitProposal.nullable(),
  preview: z.object({ price_micros: Micros, parts: z.array(PreviewPart) }).nullable(),
  model_slug: Slug.nullable(),
  can: z.object({ sign: Can, decline: Can, ask_team: Can }),
});
export type Offer = z.infer<typeof Offer>;

export const Invitation = z.object({
  proposal: SplitProposal,
  title: z.string(),
  summary: z.string(),
  model_slug: Slug.nullable(),
  share_ppm: z.int().nullable().meta({ description: "The creator's share of the price that is divided." }),
  mine: SharePart,
  can: z.object({ answer: Can }),
});
export type Invitation = z.infer<typeof Invitation>;

/** Under which terms a model earns now, and what will change. */
export const ModelAgreement = z.object({
  slug: Slug,
  title: z.string(),
  share_ppm: z.int(),
  terms_version: z.string(),
  in_force_from: Instant,
  pinned_until: Instant.nullable(),
  runs_out_at: Instant.nullable().meta({
    description: 'When the model rests unless its creator accepts newer terms before.',
  }),
  next: z
    .object({ terms_version: z.string(), share_ppm: z.int(), in_force_from: Instant })
    .nullable()
    .meta({ description: 'Agreed already, and not in force yet.' }),
  newer: z
    .object({ version: z.string(), digest: z.string(), share_ppm: z.int(), would_hold_from: Instant })
    .nullable()
    .meta({ description: 'Announced or in force, and not accepted for this model.' }),
});
export type ModelAgreement = z.infer<typeof ModelAgreement>;

export const Standing = z.enum([
  'active',
  'paused',
  'under_review',
  'suspended',
  'terminated',
  'offboarding',
  'offboarded',
  'blocked',
]);

const Capabilities = z.object({
  apply: z.boolean(),
  publish: z.boolean(),
  edit: z.boolean(),
  hand_over: z.boolean(),
  run: z.boolean(),
  earn: z.boolean(),
  promote: z.boolean(),
  be_paid: z.boolean(),
});

export const Membership = z.object({
  person: PersonRef,
  standing: Standing,
  says: z.string().meta({ description: 'What the standing means, in words.' }),
  reason: z.string(),
  since: Instant.nullable(),
  version: z.int(),
  proposed_by: PersonRef.nullable().meta({
    description: 'Who proposed a termination that waits for another.',
  }),
  capabilities: Capabilities,
  acts: z.array(z.object({ act: z.string(), can: Can })),
});
export type Membership = z.infer<typeof Membership>;
