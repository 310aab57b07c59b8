import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { RoundHead } from './shapes.ts';

/** All rounds: those that are under way or planned, or those that are over. */
export const listRoundDesk = endpoint
  .route({
    method: 'GET',
    path: '/organising/rounds',
    tags: ['Competitions'],
    summary: 'List rounds for organisers',
  })
  .errors(may())
  .input(z.object({ show: z.enum(['open', 'over']).default('open'), ...paged(20) }))
  .output(page(RoundHead));
