import * as z from 'zod';
import { endpoint } from '../base.ts';
import { DeclaredConflict } from './review-shapes.ts';

export const listDeclaredConflicts = endpoint
  .route({
    method: 'GET',
    path: '/review/conflicts',
    tags: ['Review'],
    summary: 'The conflicts of interest that I declared',
  })
  .input(z.strictObject({}))
  .output(z.object({ items: z.array(DeclaredConflict) }));
