import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

/** JPEG, 1200 x 630 or half of it. What stands in no list has none. */
export const getCard = endpoint
  .route({
    method: 'GET',
    path: '/cards/{of}/{name}',
    tags: ['Showcase'],
    summary: 'The picture that goes along where an address is passed on',
  })
  .errors(may('NOT_FOUND', 'CARDS_FULL', 'CARD_FAILED'))
  .input(
    z.strictObject({
      of: z.enum(['models', 'creators', 'assets', 'showcases', 'campaigns', 'rounds', 'pages']),
      name: z
        .string()
        .regex(/^[a-z0-9-]{1,60}$/)
        .meta({ description: 'A slug, a handle or an id; of pages, home.' }),
      width: z.enum(['1200', '600']).default('1200'),
    }),
  )
  .output(z.file());
