import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Anomaly, Integrity } from './results-shapes.ts';
import { CategoryKind } from './shapes.ts';

/** Somebody at the desk looks into what looks odd. */
export const createIntegrityCase = endpoint
  .route({
    method: 'POST',
    path: '/competitions/{slug}/cases',
    tags: ['Competitions'],
    summary: 'Open an integrity case',
  })
  .errors(may('NOT_FOUND', 'OWN_INTEREST'))
  .input(
    z.strictObject({
      slug: Slug,
      kind: CategoryKind,
      anomaly: Anomaly.extend({ says: z.string().trim().min(1, 'must be given').max(1_000) }),
    }),
  )
  .output(Integrity);
