import * as z from 'zod';
import { Can, endpoint, Id, Instant, Modality, page, paged, Slug } from '../base.ts';
import { EditField, Visibility } from './edit-shapes.ts';

export const OwnModel = z.object({
  slug: Slug,
  title: z.string(),
  modality: Modality,
  summary: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  visibility: Visibility,
  version: z.int().meta({ description: 'Counts its edits; goes with each change.' }),
  state: z.enum(['in_use', 'ending', 'resting', 'withdrawn']).meta({
    description: 'Whether somebody can generate with it; resting: for the reason that `why` gives.',
  }),
  why: z.string().nullable(),
  release: z.object({ version: z.string(), published_at: Instant }).nullable(),
  generations: z.int().meta({ description: 'Settled generations so far.' }),
  published_at: Instant,
  last_edit: z.object({ edit_set_id: Id, at: Instant, fields: z.array(EditField) }).nullable(),
});
export type OwnModel = z.infer<typeof OwnModel>;

export const listOwnModels = endpoint
  .route({ method: 'GET', path: '/own-models', tags: ['Models'], summary: 'My models, newest first' })
  .input(
    z.strictObject({
      modality: Modality.optional(),
      visibility: Visibility.optional(),
      search: z.string().max(100).optional(),
      slug: z.string().max(60).optional().meta({ description: 'Only this one.' }),
      ...paged(50),
    }),
  )
  .output(
    page(OwnModel).extend({
      total: z.int().meta({ description: 'How many models you have.' }),
      can: z.object({ edit: Can }),
    }),
  );
