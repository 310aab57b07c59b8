import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { AssignmentSummary } from './review-shapes.ts';

export const listAssignments = endpoint
  .route({
    method: 'GET',
    path: '/review/assignments',
    tags: ['Review'],
    summary: 'The reviews that I was asked for',
  })
  .input(z.strictObject({ state: z.enum(['open', 'done']).default('open'), ...paged(30) }))
  .output(page(AssignmentSummary));
