import * as z from 'zod';
import { endpoint, Id, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { RELEASE_REFUSALS } from '../registry/release-refusals.ts';

/** Signs the agreement offered: it holds from now on, and the model is public. */
export const createAgreement = endpoint
  .route({
    method: 'POST',
    path: '/offers/{id}/agreements',
    tags: ['Program'],
    summary: 'Sign an agreement and publish the model',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STANDING_REFUSED',
      'OFFER_EXPIRED',
      'TERMS_OTHER_THAN_OFFERED',
      'TEAM_NOT_AGREED',
      'FILES_CHANGED',
      'LINEAGE_REFUSED',
      'SLUG_TAKEN',
      ...RELEASE_REFUSALS,
    ),
  )
  .input(
    z.strictObject({
      id: Id,
      terms_digest: z
        .string()
        .regex(/^sha256:[0-9a-f]{64}$/)
        .meta({ description: 'Of the terms that you read.' }),
    }),
  )
  .output(z.object({ model_id: Id, slug: Slug }));
