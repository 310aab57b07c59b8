import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Ratings, Stars } from './list-ratings.ts';
import { RATING_CHARS_MAX } from './text-limits.ts';

/** One a person; another takes its place. */
export const rateModel = endpoint
  .route({ method: 'PUT', path: '/models/{slug}/rating', tags: ['Community'], summary: 'Rate a model' })
  .errors(may('NOT_FOUND', 'NOT_USED', 'RELATED_RATING', 'BLOCKED', 'WORDS_REFUSED'))
  .input(
    z.strictObject({ slug: Slug, stars: Stars, text: z.string().trim().max(RATING_CHARS_MAX).default('') }),
  )
  .output(Ratings);
