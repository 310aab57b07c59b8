import * as z from 'zod';
import { Can, Id, Instant, Micros, PersonRef, Slug } from '../base.ts';
import { BenchFinding, NearestModel } from '../program/bench-shapes.ts';

export const ClaimState = z.enum([
  'filed',
  'admitted',
  'heard',
  'awaiting_signature',
  'upheld',
  'rejected',
  'dismissed',
  'withdrawn',
]);
export type ClaimState = z.infer<typeof ClaimState>;

export const ClaimLeg = z.enum(['model', 'person', 'royalty']).meta({
  description:
    'The model with everybody’s part in its split; the part of one collaborator; or what one parent’s owner gets.',
});
export type ClaimLeg = z.infer<typeof ClaimLeg>;
export const ClaimRemedy = z.enum(['redirect', 'transfer', 'withdraw']).meta({
  description:
    'What becomes of a claim that is upheld: the part or royalty goes to the claimant from then on; the model does; or its releases are withdrawn.',
});
export type ClaimRemedy = z.infer<typeof ClaimRemedy>;
export const ClaimReason = z.string().trim().min(20, 'Say why, in a sentence or more.').max(2_000);

/** One leg that can be claimed of a model. */
export const ClaimChoice = z.object({
  leg: ClaimLeg,
  person: PersonRef.meta({ description: 'Who has it now.' }),
  parent: z.object({ slug: Slug, title: z.string() }).nullable(),
});

/** What to fill in before a claim is filed. */
export const ClaimForm = z.object({
  model: z.object({ slug: Slug, title: z.string() }),
  choices: z.array(ClaimChoice),
  statement: z.object({ version: z.string(), text: z.string() }),
  answer_days: z.int(),
  can: z.object({ file: Can }),
});
export type ClaimForm = z.infer<typeof ClaimForm>;

/** A claim in a list. */
export const ClaimHead = z.object({
  id: Id,
  model: z.object({ slug: Slug, title: z.string() }),
  leg: ClaimLeg,
  state: ClaimState,
  claimant: PersonRef,
  respondent: PersonRef,
  filed_at: Instant,
  ended_at: Instant.nullable(),
});
export type ClaimHead = z.infer<typeof ClaimHead>;

export const ClaimStep = z.object({
  act: z.string(),
  to: ClaimState,
  at: Instant,
  by: z.enum(['claimant', 'respondent', 'moderator', 'timer']),
  who: PersonRef.nullable().meta({ description: 'Named to moderators.' }),
  reason: z.string().nullable(),
});

/** A claim, as far as whoever looks has to do with it. */
export const RightsClaim = ClaimHead.extend({
  version: z.int(),
  says: z.string().meta({ description: 'What its state means.' }),
  mine: z.enum(['claimant', 'respondent', 'sharer', 'moderator']),
  parent: z.object({ slug: Slug, title: z.string() }).nullable(),
  grounds: z.string(),
  evidence: z.string(),
  links: z.array(z.string()),
  work: z.string(),
  statement: z.object({ version: z.string(), text: z.string() }),
  answer: z.string().nullable(),
  answered_at: Instant.nullable(),
  answer_until: Instant.nullable(),
  remedy: ClaimRemedy.nullable(),
  steps: z.array(ClaimStep),
  set_aside: z
    .array(z.object({ person: PersonRef, amount_micros: Micros, generations: z.int() }))
    .meta({ description: 'What the case took of whom. Parties see their own, moderators all.' }),
  brought_micros: Micros.nullable().meta({ description: 'What it brought the claimant, once upheld.' }),
  fingerprints: z
    .object({ nearest: z.array(NearestModel), findings: z.array(BenchFinding), benched: z.boolean() })
    .nullable()
    .meta({ description: 'What the bench of the model came near to; shown to moderators.' }),
  can: z.object({
    answer: Can,
    withdraw: Can,
    admit: Can,
    propose: Can,
    reject: Can,
    sign: Can,
  }),
});
export type RightsClaim = z.infer<typeof RightsClaim>;
