import * as z from 'zod';
import { endpoint, Instant } from '../base.ts';
import { may } from '../errors.ts';
import { TermsText } from './agreement-shapes.ts';

/** Announces a version of the terms. It replaces the newest, after a notice of 30 days at least. */
export const createTerms = endpoint
  .route({ method: 'POST', path: '/program/terms', tags: ['Program'], summary: 'Announce terms' })
  .errors(may('TERMS_REFUSED'))
  .input(
    z.strictObject({
      version: z.string().regex(/^[0-9a-z][0-9a-z.-]{0,38}$/),
      text: z.string().trim().min(1).max(60_000),
      share_ppm: z.int().min(0).max(1_000_000),
      effective_from: Instant,
      sunset_at: Instant.optional().meta({
        description:
          'Until when creators may stay with the version that it replaces; 180 days after it holds, if left out.',
      }),
    }),
  )
  .output(TermsText);
