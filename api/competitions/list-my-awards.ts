import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { Award } from './shapes.ts';

/** What the caller won, the newest first. */
export const listMyAwards = endpoint
  .route({ method: 'GET', path: '/me/awards', tags: ['Competitions'], summary: 'List one’s own awards' })
  .errors(may())
  .input(z.object({ ...paged(20) }))
  .output(page(Award));
