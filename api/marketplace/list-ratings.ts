import * as z from 'zod';
import { Can, endpoint, Id, Instant, PersonRef, page, paged, Slug } from '../base.ts';
import { may } from '../errors.ts';

export const Stars = z.int().min(1).max(5);
export const Rating = z.object({
  id: Id,
  author: PersonRef,
  stars: Stars,
  text: z.string(),
  at: Instant,
  changed_at: Instant.nullable(),
  can: z.object({ report: Can }),
});
export const Ratings = page(Rating).extend({
  count: z.int(),
  average: z.number().nullable().meta({ description: 'null where nobody has rated it.' }),
  distribution: z.array(z.int()).length(5).meta({ description: 'How many gave one star, two, up to five.' }),
  mine: z.object({ stars: Stars, text: z.string(), hidden: z.boolean() }).nullable(),
  can: z.object({ rate: Can }),
});

export const listRatings = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/ratings',
    tags: ['Community'],
    summary: 'What those who used a model think of it',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug, ...paged(10) }))
  .output(Ratings);
