import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Showcase, ShowcaseWish } from './shapes.ts';

/** The whole of it, in its order. What is not published is seen by its creator alone. */
export const saveShowcase = endpoint
  .route({
    method: 'PUT',
    path: '/models/{slug}/showcase',
    tags: ['Showcase'],
    summary: 'Put together what I show of a model of mine',
  })
  .errors(
    may(
      'NOT_FOUND',
      'WORDS_REFUSED',
      'STANDING_REFUSED',
      'PIECE_NOT_SHOWN',
      'SHOWCASE_CHANGED',
      'SHOWCASE_EMPTY',
    ),
  )
  .input(ShowcaseWish.extend({ slug: Slug }))
  .output(Showcase);
