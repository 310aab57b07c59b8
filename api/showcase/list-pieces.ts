import * as z from 'zod';
import { endpoint, page, paged, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Piece } from './shapes.ts';

/** Creations page by page, the newest first; the samples come with each page. */
export const listPieces = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/showcase/choices',
    tags: ['Showcase'],
    summary: 'What I may pick for the showcase of a model of mine',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug, ...paged(24) }))
  .output(page(Piece).extend({ samples: z.array(Piece) }));
