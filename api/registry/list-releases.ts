import * as z from 'zod';
import { endpoint, Id, Instant, Modality, page, paged, PersonRef, Slug } from '../base.ts';

/** What is published, newest first: what the house made aside, the models of others. */
export const listReleases = endpoint
  .route({
    method: 'GET',
    path: '/releases',
    tags: ['Models'],
    summary: 'Releases that are not of the house',
  })
  .input(z.strictObject(paged(30)))
  .output(
    page(
      z.object({
        id: Id,
        slug: Slug,
        title: z.string(),
        modality: Modality,
        creator: PersonRef,
        version: z.string(),
        runner: z.string(),
        published_at: Instant,
        withdrawn_at: Instant.nullable(),
        withdrawal_reason: z.string().nullable(),
        withdrawn_as: z.enum(['creator', 'admin']).nullable(),
      }),
    ),
  );
