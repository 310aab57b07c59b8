import * as z from 'zod';
import { endpoint, Instant } from '../base.ts';
import { may } from '../errors.ts';
import { TermsText } from './agreement-shapes.ts';
import { Rubric } from './review-shapes.ts';

/** The program as it is: its terms, its clocks, and what became of those who applied. */
export const getProgram = endpoint
  .route({ method: 'GET', path: '/program', tags: ['Program'], summary: 'Get the program' })
  .errors(may('NOT_PRICED'))
  .input(z.object({}))
  .output(
    z.object({
      terms: TermsText,
      announced: z.array(TermsText),
      pinned_days: z.int(),
      royalties_ppm_max: z.int(),
      clocks: z.object({
        screened_within_days: z.int(),
        reviewed_within_days: z.int(),
        offer_days: z.int(),
        appeal_days: z.int(),
        mature_days: z.int(),
      }),
      reviewers_min: z.int(),
      rubric: Rubric,
      funnel: z.object({
        as_of: Instant,
        started: z.int(),
        submitted: z.int(),
        in_review: z.int(),
        decided: z.int(),
        accepted: z.int(),
        median_days: z
          .number()
          .nullable()
          .meta({ description: 'From the submission to the decision; null below five decisions.' }),
        by_modality: z
          .array(z.object({ modality: z.string(), submitted: z.int(), accepted: z.int() }))
          .meta({ description: 'Only where five people or more applied.' }),
      }),
    }),
  );
