import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { Case } from './shapes.ts';

export const listCases = endpoint
  .route({ method: 'GET', path: '/cases', tags: ['Finance'], summary: 'Cases and disputes, newest first' })
  .input(
    z.strictObject({
      state: z.enum(['open', 'resolved']).optional(),
      kind: z.enum(['review', 'dispute', 'claim']).optional(),
      ...paged(30),
    }),
  )
  .output(page(Case));
