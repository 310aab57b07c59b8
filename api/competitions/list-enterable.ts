import * as z from 'zod';
import { endpoint, Id, page, paged, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { CategoryKind, Enterable } from './shapes.ts';

/** What the caller has of this medium, the newest first, and why some of it cannot be entered. */
export const listEnterable = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/{kind}/enterable',
    tags: ['Competitions'],
    summary: 'List what one may enter',
  })
  .errors(may('NOT_FOUND'))
  .input(
    z.object({
      slug: Slug,
      kind: CategoryKind,
      asset_id: Id.optional().meta({ description: 'Only this one.' }),
      ...paged(24),
    }),
  )
  .output(
    page(Enterable).extend({
      places_left: z.int().meta({ description: 'How many more one may enter here.' }),
    }),
  );
