import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ReportReason, Words } from '../moderation/report-shapes.ts';
import { BallotChoice, Pair } from './voting-shapes.ts';

/** What is wrong with one side, for the moderators. */
const Complaint = z.strictObject({ side: z.enum(['left', 'right']), reason: ReportReason, text: Words });

/** Casts one ballot. It is never changed; a token is good for one. */
export const createBallot = endpoint
  .route({
    method: 'POST',
    path: '/competitions/ballots',
    tags: ['Competitions'],
    summary: 'Cast a ballot',
  })
  .errors(may('TOKEN_REFUSED', 'TOKEN_EXPIRED', 'TOO_EARLY_TO_CHOOSE', 'BALLOT_CAST', 'VOTING_CLOSED'))
  .input(
    z
      .strictObject({
        token: z.string().max(500),
        choice: BallotChoice,
        report: Complaint.optional().meta({ description: 'With the choice "report", and with no other.' }),
      })
      .refine(({ choice, report }) => (choice === 'report') === (report !== undefined), {
        message: 'goes with the choice "report", and with no other',
        path: ['report'],
      }),
  )
  .output(
    z.object({
      id: Id,
      cast: z.int(),
      quota: z.int(),
      next: Pair.nullable().meta({ description: 'The pair after it; null where there is none.' }),
    }),
  );
