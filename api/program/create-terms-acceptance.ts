import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { ModelAgreement } from './agreement-shapes.ts';

/** Accepts newer terms for a model of yours. They hold for it when they hold at all, and when its own are no longer pinned. */
export const createTermsAcceptance = endpoint
  .route({
    method: 'POST',
    path: '/models/{slug}/terms-acceptances',
    tags: ['Program'],
    summary: 'Accept newer terms for a model',
  })
  .errors(
    may(
      'NOT_FOUND',
      'TERMS_OTHER_THAN_OFFERED',
      'TERMS_ACCEPTED',
      'TERMS_NOT_NEWER',
      'STANDING_REFUSED',
      'NOT_PRICED',
    ),
  )
  .input(
    z.strictObject({
      slug: Slug,
      version: z.string().max(40),
      terms_digest: z.string().meta({ description: 'Of the terms that you read.' }),
    }),
  )
  .output(ModelAgreement);
