import * as z from 'zod';
import { endpoint, page, paged, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { EditSetSummary } from './edit-shapes.ts';

export const listEditSets = endpoint
  .route({ method: 'GET', path: '/edit-sets', tags: ['Models'], summary: 'My edits, newest first' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug.optional().meta({ description: 'Of this model only.' }), ...paged(30) }))
  .output(page(EditSetSummary));
