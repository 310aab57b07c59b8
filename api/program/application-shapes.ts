import * as z from 'zod';
import { Can, Handle, Id, Instant, Modality, ONE_LINE, PersonRef, Slug } from '../base.ts';
import { ReleaseInput } from '../registry/release-input.ts';

/** The states of an application; what leads from one to another stands in docs/state-machines.md. */
export const ApplicationState = z.enum([
  'draft',
  'submitted',
  'screening',
  'needs_changes',
  'in_review',
  'deliberation',
  'awaiting_signature',
  'agreement_pending',
  'enrolled',
  'waitlisted',
  'rejected',
  'desk_rejected',
  'appealed',
  'upheld',
  'offer_lapsed',
  'lapsed',
  'withdrawn',
]);
export type ApplicationState = z.infer<typeof ApplicationState>;

const text = (max: number) => z.string().trim().min(1).max(max);
/** It stands in one line: in lists, and in the subjects of letters. */
const line = (max: number) => text(max).regex(ONE_LINE, 'must be one line');

/** One of the licences that are known with their conditions, or one of the applicant's own. There is no default. */
export const LicenceChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('known'), id: z.string().min(1).max(60) }),
  z.strictObject({ kind: z.literal('own'), title: line(120), text: text(40_000) }),
]);
export type LicenceChoice = z.infer<typeof LicenceChoice>;

export const DeclaredParent = z.strictObject({
  release_id: Id,
  royalty_ppm: z.int().min(0).max(1_000_000).meta({ description: "Of the creator's share, in millionths." }),
});

export const TeamPart = z.strictObject({
  handle: Handle,
  part_ppm: z.int().min(100).max(999_900).meta({ description: "Of the creator's share, in millionths." }),
});

/** What an application says. All of it must be there when it is submitted. */
export const ApplicationContent = z.strictObject({
  title: line(60),
  slug: Slug.meta({ description: 'The address of the model page once it is published.' }),
  modality: Modality,
  summary: line(300),
  what_it_does: text(20_000).meta({ description: 'Markdown; becomes the card of the model.' }),
  features: z.array(line(200)).min(1).max(12),
  uses: z.array(line(300)).min(1).max(8).meta({ description: 'Potential applications.' }),
  sets_apart: text(4_000),
  release: ReleaseInput.omit({ licence: true }),
  changelog: z.string().trim().max(4_000).default(''),
  licence: LicenceChoice,
  /** Asked outright: a model made from nothing else says so. */
  lineage: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('original') }),
    z.strictObject({
      kind: z.literal('derived'),
      parents: z.array(DeclaredParent).max(8),
      elsewhere: z
        .array(
          z.strictObject({
            name: line(120),
            licence_id: z.string().max(60),
            url: z.url().max(300).optional(),
          }),
        )
        .max(8)
        .default([])
        .meta({ description: 'Models that are not published here.' }),
    }),
  ]),
  /** Who shares, besides the applicant, who has the rest. */
  team: z.array(TeamPart).max(12).default([]),
  rights: z.strictObject({
    version: z.string().max(40).meta({ description: 'Of the statement that was affirmed.' }),
    affirmed: z.literal(true),
  }),
  /** What the model made for the applicant on the spot; noted at the submission. */
  samples: z
    .array(
      z.strictObject({
        trial_id: Id,
        digest: z.string(),
        input: z.record(z.string(), z.unknown()),
      }),
    )
    .max(8)
    .optional(),
});
export type ApplicationContent = z.infer<typeof ApplicationContent>;

/** The same while it is written: any field may be missing or half done; only its size is bounded. */
export const ApplicationDraft = z.record(z.string().max(40), z.unknown());
export type ApplicationDraft = z.infer<typeof ApplicationDraft>;

export const Revision = z.object({
  id: Id,
  number: z.int(),
  digest: z.string(),
  content: ApplicationContent,
  form_version: z.string(),
  terms_version: z.string(),
  rights: z.object({ version: z.string(), text: z.string() }),
  submitted_at: Instant,
});
export type Revision = z.infer<typeof Revision>;

/** One step that it took, without who did it: reviewers and chairs are not named to applicants. */
export const ApplicationStep = z.object({
  act: z.string(),
  from: ApplicationState.nullable(),
  to: ApplicationState,
  by: z.string().meta({ description: 'In which capacity: applicant, coordinator, chair, system, timer.' }),
  at: Instant,
});

export const ApplicationSummary = z.object({
  id: Id,
  title: z.string(),
  modality: Modality.nullable(),
  state: ApplicationState,
  version: z.int(),
  revision: z.int(),
  begun_at: Instant,
  submitted_at: Instant.nullable(),
  state_since: Instant,
  due_at: Instant.nullable(),
});

/** What every act on an application names: which one, and as what it was seen. */
export const ApplicationAct = z.strictObject({
  id: Id,
  version: z.int().min(1).meta({ description: 'Of the application that you saw.' }),
});

/** An application as its applicant sees it. */
export const Application = ApplicationSummary.extend({
  applicant: PersonRef,
  draft: ApplicationDraft,
  draft_version: z.int(),
  draft_at: Instant,
  follows_id: Id.nullable(),
  model_slug: Slug.nullable(),
  steps: z.array(ApplicationStep),
  can: z.record(z.string(), Can),
});
export type Application = z.infer<typeof Application>;
