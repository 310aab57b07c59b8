import * as z from 'zod';
import { Can, Id, Instant, Modality, PersonRef } from '../base.ts';
import { ApplicationState, ApplicationSummary, Revision } from './application-shapes.ts';

export const criteria = ['creativity', 'utility', 'impact', 'quality', 'safety'] as const;
export const Criterion = z.enum(criteria);
export type Criterion = z.infer<typeof Criterion>;

const Score = z.int().min(1).max(5);
export const Scores = z.strictObject({
  creativity: Score,
  utility: Score,
  impact: Score,
  quality: Score,
  safety: Score,
});
export type Scores = z.infer<typeof Scores>;

/** What 1, 3 and 5 mean, so that a 4 of one reviewer is a 4 of another. */
export const Rubric = z.array(
  z.object({
    criterion: Criterion,
    title: z.string(),
    asks: z.string(),
    anchors: z.object({ 1: z.string(), 3: z.string(), 5: z.string() }),
  }),
);

export const Recommendation = z.enum(['accept', 'waitlist', 'reject']);
export type Recommendation = z.infer<typeof Recommendation>;

const said = (max: number) => z.string().trim().min(1, 'must not be empty').max(max);

export const ReviewInput = z.strictObject({
  scores: Scores,
  confidence: Score,
  recommendation: Recommendation,
  to_applicant: said(8_000).meta({ description: 'The applicant reads it word by word, without your name.' }),
  to_panel: z.string().trim().max(8_000).default(''),
});
export type ReviewInput = z.infer<typeof ReviewInput>;

export const SubmittedReview = ReviewInput.extend({
  number: z.int(),
  after_release: z.boolean().meta({ description: 'Written when the panel had seen the version before it.' }),
  revision: z.int(),
  submitted_at: Instant,
});
export type SubmittedReview = z.infer<typeof SubmittedReview>;

export const AssignmentState = z.enum([
  'assigned',
  'submitted',
  'declined',
  'voided',
  'expired',
  'reassigned',
]);
export type AssignmentState = z.infer<typeof AssignmentState>;

export const Conflict = z.object({
  kind: z.enum(['applicant', 'team', 'split', 'parent', 'referral', 'declared']),
  says: z.string(),
});
export type Conflict = z.infer<typeof Conflict>;

/** What the applicant said, without anything that says who they are. */
export const BlindContent = z.object({
  title: z.string(),
  modality: Modality,
  summary: z.string(),
  what_it_does: z.string(),
  features: z.array(z.string()),
  uses: z.array(z.string()),
  sets_apart: z.string(),
  changelog: z.string(),
  licence: z.string(),
  lineage: z.array(z.string()),
  engine: z.string(),
  binding: z.string().meta({ description: 'All of how it is run, as JSON.' }),
  price_class: z.string(),
  files: z.array(z.object({ role: z.string(), format: z.string().nullable(), bytes: z.int().nullable() })),
});
export type BlindContent = z.infer<typeof BlindContent>;

export const AssignmentSummary = z.object({
  id: Id,
  title: z.string(),
  modality: Modality,
  state: AssignmentState,
  revision: z.int(),
  assigned_at: Instant,
  due_at: Instant,
  resting: z.boolean().meta({ description: 'The applicant was asked for changes: the clock stands still.' }),
});
export type AssignmentSummary = z.infer<typeof AssignmentSummary>;

export const Remark = z.object({ by: z.string(), mine: z.boolean(), text: z.string(), said_at: Instant });

/** A review as the other reviewers see it: by nobody in particular. */
export const PeerReview = SubmittedReview.extend({ by: z.string(), versions: z.int() });

export const Assignment = AssignmentSummary.extend({
  version: z.int(),
  application_id: Id,
  digest: z.string(),
  compared_to: z
    .int()
    .nullable()
    .meta({ description: 'The revision since which a difference can be shown; null for a first one.' }),
  content: BlindContent,
  rubric: Rubric,
  draft: z.record(z.string(), z.unknown()),
  draft_version: z.int(),
  notes: z.string(),
  mine: z.array(SubmittedReview).meta({ description: 'Every version, newest first.' }),
  others: z
    .array(PeerReview)
    .nullable()
    .meta({ description: 'Null until you submitted and the reviews were released to the panel.' }),
  remarks: z.array(Remark).nullable(),
  can: z.record(z.string(), Can),
});
export type Assignment = z.infer<typeof Assignment>;

export const DecisionOutcome = z.enum(['accepted', 'accepted_with_conditions', 'waitlisted', 'rejected']);
export type DecisionOutcome = z.infer<typeof DecisionOutcome>;

export const CoolDown = z
  .union([z.literal(0), z.literal(30), z.literal(90)])
  .nullable()
  .meta({ description: 'Days before the applicant may begin another application; null: never again.' });

export const DecisionInput = z
  .strictObject({
    outcome: DecisionOutcome,
    reasons: said(8_000),
    conditions: z
      .array(z.strictObject({ text: said(500), due_on: z.iso.date() }))
      .max(10)
      .default([]),
    cool_down_days: CoolDown.default(0),
  })
  .refine(({ outcome, conditions }) => (outcome === 'accepted_with_conditions') === conditions.length > 0, {
    path: ['conditions'],
    message: 'belong to an acceptance with conditions, and to nothing else',
  });
export type DecisionInput = z.infer<typeof DecisionInput>;

export const Letter = z.object({
  id: Id,
  kind: z.enum(['changes', 'desk_rejection', 'decision', 'appeal', 'lapse']),
  template: z.string(),
  subject: z.string(),
  text: z.string(),
  written_at: Instant,
});
export type Letter = z.infer<typeof Letter>;

export const Decision = z.object({
  outcome: z.union([DecisionOutcome, z.literal('desk_rejected')]),
  panel: z.int(),
  reasons: z.string(),
  conditions: z.array(z.object({ text: z.string(), due_on: z.string() })),
  contradicts_panel: z.boolean(),
  cool_down_days: CoolDown,
  decided_at: Instant,
});

/** What the applicant learns: letters, scores, reasons, and whether and until when an appeal is possible. */
export const Outcome = z.object({
  application_id: Id,
  version: z.int(),
  state: ApplicationState,
  letters: z.array(Letter),
  scores: z
    .object({
      criteria: z.array(
        z.object({
          criterion: Criterion,
          title: z.string(),
          scores: z.array(z.int()).meta({ description: 'Of each reviewer, in no order that names them.' }),
          mean: z.number(),
        }),
      ),
      reviews: z.int(),
    })
    .nullable(),
  decision: Decision.nullable(),
  appeal: z
    .object({
      grounds: z.string(),
      appealed_at: Instant,
      outcome: z.enum(['upheld', 'reopened']).nullable(),
      reasons: z.string().nullable(),
    })
    .nullable(),
  appeal_until: Instant.nullable(),
  can: z.object({ appeal: Can }),
});
export type Outcome = z.infer<typeof Outcome>;

export const DeskRow = ApplicationSummary.extend({
  applicant: PersonRef,
  panel: z.int(),
  reviews: z.object({ in: z.int(), asked: z.int(), quorum: z.int() }),
  overdue: z.boolean(),
});
export type DeskRow = z.infer<typeof DeskRow>;

const DeskAssignment = z.object({
  id: Id,
  reviewer: PersonRef,
  panel: z.int(),
  kind: z.enum(['panel', 'another', 'gold']),
  state: AssignmentState,
  revision: z.int(),
  assigned_at: Instant,
  due_at: Instant,
  reason: z.string().nullable(),
  conflicts: z.array(Conflict),
  reviews: z.array(SubmittedReview).meta({ description: 'Every version, newest first.' }),
});

export const PanelStand = z.object({
  counted: z.int(),
  needed: z.int(),
  median: Recommendation.nullable(),
  criteria: z.array(
    z.object({ criterion: Criterion, min: z.int(), max: z.int(), mean: z.number(), apart: z.boolean() }),
  ),
  opposed: z.boolean(),
  disagrees: z.boolean(),
});
export type PanelStand = z.infer<typeof PanelStand>;

export const Candidate = z.object({
  reviewer: PersonRef,
  open: z.int(),
  asked_before: z.boolean(),
  conflicts: z.array(Conflict),
});

/** The whole file of an application, for who decides about it. */
export const DeskFile = z.object({
  application: ApplicationSummary.extend({ applicant: PersonRef, panel: z.int(), quorum: z.int() }),
  revisions: z.array(Revision),
  intact: z
    .boolean()
    .meta({ description: 'The newest revision still has its digest, and its files are there.' }),
  assignments: z.array(DeskAssignment),
  stand: PanelStand,
  candidates: z.array(Candidate),
  remarks: z.array(Remark),
  proposal: z.object({ said: DecisionInput, by: PersonRef, proposed_at: Instant }).nullable(),
  decisions: z.array(Decision.extend({ decided_by: PersonRef, second_signer: PersonRef.nullable() })),
  letters: z.array(Letter),
  appeal: z
    .object({
      grounds: z.string(),
      appealed_at: Instant,
      outcome: z.enum(['upheld', 'reopened']).nullable(),
      reasons: z.string().nullable(),
      answered_by: PersonRef.nullable(),
    })
    .nullable(),
  gold: z.object({ scores: Scores, note: z.string(), marked_by: PersonRef, marked_at: Instant }).nullable(),
  timers: z.array(z.object({ kind: z.string(), due_at: Instant.nullable(), left_ms: z.int().nullable() })),
  steps: z.array(
    z.object({
      act: z.string(),
      from: ApplicationState.nullable(),
      to: ApplicationState,
      by: z.string(),
      as: z.string(),
      at: Instant,
    }),
  ),
  can: z.record(z.string(), Can),
});
export type DeskFile = z.infer<typeof DeskFile>;

export const ReviewerCalibration = z.object({
  reviewer: PersonRef,
  reviews: z.int(),
  gold: z.int(),
  severity: z.number().nullable().meta({
    description:
      'Mean difference to the agreed scores of gold applications, drawn towards 0 while there are few; below 0: more severe.',
  }),
  on_time: z.object({ in_time: z.int(), late: z.int(), silent: z.int() }),
});

export const Calibration = z.object({
  reviewers: z.array(ReviewerCalibration),
  agreement: z.array(
    z.object({
      month: z.string(),
      reviews: z.int(),
      alpha: z.record(Criterion, z.number().nullable()),
    }),
  ),
});
export type Calibration = z.infer<typeof Calibration>;

export const DeclaredConflict = z.object({
  id: Id,
  about: z.string(),
  reason: z.string(),
  declared_at: Instant,
});
export type DeclaredConflict = z.infer<typeof DeclaredConflict>;
