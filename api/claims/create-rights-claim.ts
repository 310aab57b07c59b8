import * as z from 'zod';
import { endpoint, Handle, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { ClaimLeg, RightsClaim } from './shapes.ts';

/** Claims that a published model, or one leg of what it earns, is yours. */
export const createRightsClaim = endpoint
  .route({ method: 'POST', path: '/models/{slug}/claims', tags: ['Claims'], summary: 'Claim rights' })
  .errors(may('NOT_FOUND', 'CLAIM_REFUSED', 'CLAIM_FILED', 'CLAIMS_FULL', 'STATEMENT_CHANGED'))
  .input(
    z.strictObject({
      slug: Slug,
      leg: ClaimLeg,
      person: Handle.optional().meta({ description: 'Of `person`: whose part it is.' }),
      parent: Slug.optional().meta({ description: 'Of `royalty`: the model that it is paid for.' }),
      grounds: z.string().trim().min(50, 'Say in some sentences why it is yours.').max(5_000),
      evidence: z.string().trim().min(20, 'Say what shows it.').max(5_000),
      links: z
        .array(z.url({ protocol: /^https?$/ }).max(500))
        .max(10)
        .default([]),
      work: z.string().trim().min(3, 'Name the work of yours that it rests on.').max(500),
      statement_version: z.string().meta({ description: 'Of the statement that you affirm.' }),
    }),
  )
  .output(RightsClaim);
