import * as z from 'zod';
import { Can, Id, Instant, Slug } from '../base.ts';

/** Contests of models have no ballots: what members make with them counts there. */
export const VotingCategory = z.enum(['image', 'video', 'music']);
export const VotingPhase = z.enum(['qualifying', 'final']);
export type VotingPhase = z.infer<typeof VotingPhase>;

export const BallotChoice = z.enum(['left', 'right', 'equal', 'skip', 'report']);
export type BallotChoice = z.infer<typeof BallotChoice>;

/** Where somebody votes: one category of one round. */
export const Contest = z.object({ slug: Slug, category: VotingCategory });

/** What must be true of whoever votes. */
export const VotingFact = z.object({
  name: z.enum([
    'before_announcement',
    'verified_email',
    'bought',
    'charged_generations',
    'phone',
    'passkey',
    'no_office',
    'no_entry',
  ]),
  holds: z.boolean().nullable().meta({ description: 'Null: this product does not know of anybody.' }),
  says: z.string(),
});
export type VotingFact = z.infer<typeof VotingFact>;

/** What is missing; `unknown`: neither bought nor generated enough. */
export const WhyNotVote = z.enum([
  'nobody_votes',
  ...(['before_announcement', 'verified_email', 'no_office', 'no_entry', 'unknown'] as const),
]);
export type WhyNotVote = z.infer<typeof WhyNotVote>;

export const VoterClass = z.enum(['established', 'new']);
export type VoterClass = z.infer<typeof VoterClass>;

/** Everything that a voter may know before the end: of themselves, and nothing of how anything stands. */
export const Voting = z.object({
  phase: VotingPhase.nullable().meta({ description: 'Null: nobody votes now.' }),
  ends_at: Instant.nullable(),
  now: Instant.meta({ description: 'By the clock of the server, which alone counts.' }),
  can: z.object({ vote: Can }),
  why_not: WhyNotVote.nullable(),
  facts: z.array(VotingFact),
  class: VoterClass,
  counts_as: z.string().meta({ description: 'How much a ballot of this voter counts at most, in words.' }),
  cast: z.int().meta({ description: 'Left, right or equal, in this phase.' }),
  skipped: z.int().meta({ description: 'Skipped, reported or let go, in this phase.' }),
  quota: z.int(),
  floor: z.int().meta({ description: 'Whoever casts fewer counts for nothing.' }),
  skips_ppm_max: z.int().meta({ description: 'Whoever skips a larger part counts for nothing.' }),
});
export type Voting = z.infer<typeof Voting>;

/** One pair to compare. Nothing in it says whose the two are, or what made them. */
export const Pair = z.object({
  token: z.string().meta({ description: 'Good for one ballot of this voter, for ten minutes.' }),
  left: z.url(),
  right: z.url(),
  looks_ms: z
    .int()
    .meta({ description: 'No choice is taken before: of pictures together, else one after the other.' }),
  left_ms: z
    .int()
    .meta({ description: 'So long the left one is looked at or heard; a short one plays more than once.' }),
  right_ms: z.int(),
  expires_in_ms: z.int(),
});
export type Pair = z.infer<typeof Pair>;

/** What was signed over the ballots of a category so far, in the order in which they came. */
export const BallotRoot = z.object({
  category: VotingCategory,
  phase: VotingPhase,
  day: z.iso.date(),
  size: z.int().meta({ description: 'So many ballots, from the first of the category on.' }),
  root: z.string().regex(/^[0-9a-f]{64}$/),
  closed_at: Instant,
});
export type BallotRoot = z.infer<typeof BallotRoot>;

/** That a ballot of the caller's lies where it was put. */
export const OwnBallot = z.object({
  id: Id,
  phase: VotingPhase,
  choice: BallotChoice,
  at: Instant,
  place: z.int().nullable().meta({ description: 'From 0; null until its day is closed.' }),
  leaf: z.string().nullable().meta({
    description: 'The canonical bytes that the tree is made of, as text; given once the results are out.',
  }),
  leaf_hash: z.string().nullable(),
  proof: z
    .object({
      root: z.string(),
      day: z.iso.date(),
      index: z.int(),
      size: z.int(),
      path: z.array(z.string()),
    })
    .nullable(),
});
export type OwnBallot = z.infer<typeof OwnBallot>;
