import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { ClaimForm } from './shapes.ts';

/** What can be claimed of a model, and what a claimant affirms. */
export const getClaimForm = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/claim-form',
    tags: ['Claims'],
    summary: 'Get what a claim needs',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug }))
  .output(ClaimForm);
