import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { ClaimHead } from './shapes.ts';

/** Claims that you filed, or those about what is yours. */
export const listRightsClaims = endpoint
  .route({ method: 'GET', path: '/claims', tags: ['Claims'], summary: 'List your claims' })
  .errors(may())
  .input(z.object({ side: z.enum(['claimant', 'respondent']), ...paged(20) }))
  .output(page(ClaimHead));
