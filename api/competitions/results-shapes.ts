import * as z from 'zod';
import { Can, Id, Instant, PersonRef } from '../base.ts';
import { Media, ModelRef } from '../generation/shapes.ts';
import { RUBRIC } from './rubric.ts';
import { CategoryKind, Nanos, RoundState } from './shapes.ts';
import { DISQUALIFICATIONS } from './disqualification-words.ts';

export { DISQUALIFICATIONS };

/** Everybody who sees a round sees the clock of the server beside it. */
export const Now = Instant.meta({ description: 'What the clock of the server says.' });
export const RoundName = z.object({ slug: z.string(), title: z.string(), month: z.string() });
/** A share in millionths. */
const Ppm = z.int().min(0).max(1_000_000);
const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 characters of 0-9 and a-f')
  .meta({ description: 'SHA-256, lower-case hex.' });

/** A work without a word about whose it is: as voters and judges are shown it. */
export const BlindMedia = Media.pick({
  mime: true,
  url: true,
  modality: true,
  width: true,
  height: true,
  duration_ms: true,
  thumbnail: true,
  poster: true,
  thumbhash: true,
  waveform: true,
  companions: true,
});
export type BlindMedia = z.infer<typeof BlindMedia>;

// judges and their panels ------------------------------------------------------------------------------------------

export const Criterion = z.enum(RUBRIC);
const NOTE_CHARS_MAX = 600;
/** What a judge writes about one work, for each criterion; what is not written is left out. */
export const SheetNote = z.partialRecord(Criterion, z.string().trim().max(NOTE_CHARS_MAX));
export const SheetNotes = z.record(Id, SheetNote).meta({ description: 'By the id of the entry.' });
export const FINALISTS_MAX = 25;
/** All finalists, the best first. */
export const SheetOrder = z.array(Id).min(1).max(FINALISTS_MAX);

export const JudgeState = z.enum(['invited', 'accepted', 'declined', 'recused', 'void']);
export const JudgeConflict = z.object({
  kind: z.enum(['own_entry', 'collaborator', 'relation', 'model_creator', 'organiser', 'office', 'declared']),
  says: z.string(),
});
export type JudgeConflict = z.infer<typeof JudgeConflict>;

export const Judge = z.object({
  id: Id,
  person: PersonRef,
  kind: CategoryKind,
  state: JudgeState,
  reason: z.string().nullable().meta({ description: 'Why they left, or why their voice does not count.' }),
  declaration: z.string().nullable(),
  conflicts: z.array(JudgeConflict),
  emergency: z.boolean().meta({ description: 'Asked after the final had begun, because too few were left.' }),
  invited_at: Instant,
  answered_at: Instant.nullable(),
  committed_at: Instant.nullable(),
  revealed_at: Instant.nullable(),
});
export type Judge = z.infer<typeof Judge>;

/** Judges wanted for a category, and how few are enough. */
export const JUDGES_WANTED = 7;
export const JUDGES_LEAST = 5;
export const JudgesOfCategory = z.object({
  kind: CategoryKind,
  wanted: z.int(),
  least: z.int(),
  ready: z.int().meta({ description: 'Who accepted, and has no conflict of interest.' }),
  judges: z.array(Judge),
});

export const PanelHead = z.object({
  id: Id,
  round: RoundName,
  kind: CategoryKind,
  theme: z.string(),
  state: JudgeState,
  ends_at: Instant.meta({ description: 'Until then rankings are committed.' }),
  reveals_until: Instant,
  committed_at: Instant.nullable(),
  revealed_at: Instant.nullable(),
  can: z.object({ accept: Can, decline: Can, recuse: Can, rank: Can }),
});
export type PanelHead = z.infer<typeof PanelHead>;

export const Panel = PanelHead.extend({
  now: Now,
  conflicts: z.array(JudgeConflict),
  rubric: z.array(z.object({ criterion: Criterion, asks: z.string() })),
  finalists: z
    .array(
      z.object({
        number: z.int(),
        entry_id: Id,
        media: BlindMedia.nullable().meta({ description: 'null: it was taken down.' }),
        samples: z.array(BlindMedia).meta({ description: 'Of a model: what it makes.' }),
      }),
    )
    .meta({ description: 'In an order of your own, by chance. Empty until the final begins.' }),
  ranking: z.object({ order: SheetOrder, notes: SheetNotes, version: z.int(), saved_at: Instant }).nullable(),
  committed: z.object({ digest: Digest, at: Instant, kept: z.boolean() }).nullable(),
  can: z.object({ accept: Can, decline: Can, recuse: Can, rank: Can, commit: Can, reveal: Can }),
});
export type Panel = z.infer<typeof Panel>;

/** Chosen by the judge's browser: whoever does not know it cannot guess a ranking from its digest. */
export const Salt = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 characters of 0-9 and a-f')
  .meta({ description: '32 random bytes, lower-case hex.' });
export const RankingDigest = Digest.meta({
  description:
    'What `panelCommitment` of @stellary/judging makes of the judge, the order, and the SHA-256 of `notesText(notes, salt)` as its salt.',
});

// results ----------------------------------------------------------------------------------------------------------

/** A work that won or was in the final. What a moderator or the law took away has no media; its digest stays. */
export const ShownWork = z.object({
  id: Id.meta({ description: 'Of the entry.' }),
  asset_id: Id.nullable().meta({ description: 'null: it is not shown to everybody.' }),
  title: z.string(),
  digest: z.string().nullable(),
  media: BlindMedia.nullable(),
  removed: z.boolean(),
  people: z.array(PersonRef),
  model: ModelRef.nullable().meta({ description: 'What it was made with, and by whom that was made.' }),
});
export type ShownWork = z.infer<typeof ShownWork>;

const Ranks = z.object({
  community_rank: z.number().nullable().meta({ description: 'c of the bundle.' }),
  expert_rank: z.number().nullable().meta({ description: 'e of the bundle.' }),
  sum: z.number().nullable().meta({ description: 'c + e, of which the order is made where no alarm is.' }),
  strength: z
    .string()
    .nullable()
    .meta({ description: 'As the bundle has it, to be compared digit by digit.' }),
  p_top5_ppm: Ppm.nullable(),
  in_both: z.boolean().meta({ description: 'High enough with both, members and judges.' }),
});

export const Placed = Ranks.extend({
  slot: z.int().meta({ description: 'One for each winner, from 1.' }),
  place: z.int().meta({ description: 'What it is called; those who share a place have the same.' }),
  shared: z.boolean(),
  work: ShownWork,
  amount_nanos: Nanos,
});
export const Finalist = Ranks.extend({
  rank: z.int(),
  work: ShownWork,
  out: z.string().nullable().meta({ description: 'Why it has no place though its rank would give it one.' }),
  statistical_tie: z.boolean(),
});

export const Juror = z.object({
  person: PersonRef.nullable().meta({ description: 'null: they left.' }),
  name: z.string(),
  order: z.array(Id),
  notes: SheetNotes,
  digest: z.string().nullable(),
  void: z.boolean(),
  reason: z.string().nullable(),
  tau: z.number().nullable().meta({ description: 'Agreement with the others, Kendall, from -1 to 1.' }),
});

export const CategoryResults = z.object({
  id: Id,
  kind: CategoryKind,
  theme: z.string(),
  version: z.int().meta({ description: 'Each change of the standings is a version; all of them stay.' }),
  counted_by: z.enum(['both', 'experts', 'nobody']),
  announced: z
    .array(z.string())
    .meta({ description: 'What was otherwise than usual, and what changed since, in sentences.' }),
  places: z.array(Placed),
  finalists: z.array(Finalist),
  jurors: z.array(Juror),
  entries: z.int(),
  ballots: z.int(),
  voters: z.int(),
  exclusions: z.array(z.object({ reason: z.string(), voters: z.int(), ballots: z.int() })),
  alarm: z.boolean(),
  fifth_is_tie: z.boolean().meta({ description: 'Whether the last place could as well be the next one’s.' }),
  algorithm: z.string(),
  bundle_digest: Digest,
  changes: z.array(z.object({ version: z.int(), at: Instant, reason: z.string(), says: z.string() })),
  mine: z.array(
    Ranks.extend({
      work: ShownWork,
      state: z.string(),
      reason: z.string().nullable(),
      rank: z.int().nullable(),
    }),
  ),
});
export type CategoryResults = z.infer<typeof CategoryResults>;

export const DisputeState = z.enum(['open', 'upheld', 'rejected', 'appealed', 'dismissed']);
const DisputeRuling = z.object({ reason: z.string(), by: PersonRef.nullable(), at: Instant });
export const Dispute = z.object({
  id: Id,
  kind: CategoryKind,
  text: z.string(),
  by: PersonRef.nullable().meta({ description: 'Its author and the desk see who; others do not.' }),
  mine: z.boolean(),
  at: Instant,
  state: DisputeState,
  ruling: DisputeRuling.nullable(),
  appeal_until: Instant.nullable().meta({
    description: 'Its author may appeal against the ruling before then; null: nobody may.',
  }),
  appeal: z
    .object({ text: z.string(), at: Instant, ruling: DisputeRuling.nullable() })
    .nullable()
    .meta({ description: 'What its author has against the ruling, and what somebody else answered.' }),
  can: z.object({ rule: Can, appeal: Can, rule_on_appeal: Can }),
});
export type Dispute = z.infer<typeof Dispute>;

export const Results = z.object({
  now: Now,
  round: RoundName.extend({ theme: z.string(), state: RoundState }),
  provisional: z.boolean(),
  provisional_at: Instant.nullable(),
  disputes_until: Instant.nullable(),
  final_at: Instant.nullable(),
  seed_commitment: z.string().nullable(),
  seed: z.string().nullable(),
  rules_digest: z.string().nullable(),
  categories: z
    .array(CategoryResults)
    .meta({ description: 'Empty until all of them are counted: there are no standings before.' }),
  disputes: z.array(Dispute),
  confirmations: z.array(z.object({ person: PersonRef, at: Instant })),
  can: z.object({ dispute: Can, confirm: Can }),
});
export type Results = z.infer<typeof Results>;

export const Winner = z.object({
  round: RoundName,
  kind: CategoryKind,
  place: z.int(),
  slot: z.int(),
  shared: z.boolean(),
  provisional: z.boolean(),
  work: ShownWork,
  amount_nanos: Nanos,
  at: Instant,
});
export type Winner = z.infer<typeof Winner>;

// disputes and the desk --------------------------------------------------------------------------------------------

export const DISPUTE_CHARS_MAX = 2_000;
export const DeskReason = z.string().trim().min(1, 'must be given').max(1_000);

export const DisqualificationReason = z.enum(
  Object.keys(DISQUALIFICATIONS) as [keyof typeof DISQUALIFICATIONS, ...(keyof typeof DISQUALIFICATIONS)[]],
);
export type DisqualificationReason = z.infer<typeof DisqualificationReason>;

/** Something that looks odd. It is advice: nothing follows from it by itself. */
export const Anomaly = z.object({
  kind: z.enum([
    'support_of_class',
    'burst',
    'same_choices',
    'stealth',
    'prize_relation',
    'alarm',
    'model_rights',
  ]),
  says: z.string(),
  score: z.number().nullable(),
  entry_id: Id.nullable(),
  voters: z.array(z.string()).meta({ description: 'Pseudonyms.' }),
});
export type Anomaly = z.infer<typeof Anomaly>;

export const CaseState = z.enum(['open', 'closed']);
export const IntegrityCase = z.object({
  id: Id,
  kind: CategoryKind,
  anomaly: Anomaly,
  opened_by: PersonRef.nullable().meta({ description: 'null: it opened by itself.' }),
  opened_at: Instant,
  state: CaseState,
  outcome: z.enum(['nothing', 'disqualified', 'ballots_voided']).nullable(),
  reason: z.string().nullable(),
  closed_by: PersonRef.nullable(),
  closed_at: Instant.nullable(),
});
export type IntegrityCase = z.infer<typeof IntegrityCase>;

export const Integrity = z.object({
  now: Now,
  round: RoundName.extend({ state: RoundState }),
  categories: z.array(
    z.object({
      kind: CategoryKind,
      counting: z
        .object({ step: z.string(), waits_for: z.string().nullable(), since: Instant })
        .nullable()
        .meta({ description: 'null: it is counted, or not yet.' }),
      version: z.int().nullable(),
      anomalies: z.array(Anomaly),
      entries: z.array(
        z.object({
          id: Id,
          title: z.string(),
          author: PersonRef,
          state: z.string(),
          rank: z.int().nullable(),
          slot: z.int().nullable(),
        }),
      ),
      changes: CategoryResults.shape.changes,
    }),
  ),
  cases: z.array(IntegrityCase),
  disputes: z.array(Dispute),
  owed_back: z
    .array(z.object({ person: PersonRef, kind: CategoryKind, amount_nanos: Nanos }))
    .meta({ description: 'Who was paid more than the standings owe them by now.' }),
  not_looked_at: z.array(z.string()).meta({ description: 'What the report of anomalies says nothing of.' }),
  reasons: z.array(z.object({ reason: DisqualificationReason, says: z.string() })),
  confirmations: z.array(z.object({ person: PersonRef, at: Instant })),
  can: z.object({ disqualify: Can, void_ballots: Can, confirm: Can }),
});
export type Integrity = z.infer<typeof Integrity>;
