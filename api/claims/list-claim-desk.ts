import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { ClaimHead } from './shapes.ts';

/** Claims of rights for those who decide about them. */
export const listClaimDesk = endpoint
  .route({ method: 'GET', path: '/moderation/claims', tags: ['Claims'], summary: 'List claims to decide' })
  .errors(may())
  .input(z.object({ state: z.enum(['open', 'ended']).default('open'), ...paged(30) }))
  .output(page(ClaimHead));
