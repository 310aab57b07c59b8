import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Embed } from './shapes.ts';

/** The same for whoever asks: on other sites nobody is signed in. What stands in no list is not framed. */
export const getEmbed = endpoint
  .route({
    method: 'GET',
    path: '/embeds/{of}/{name}',
    tags: ['Showcase'],
    summary: 'What may be framed on other sites',
  })
  .errors(may('NOT_FOUND'))
  .input(
    z.strictObject({
      of: z.enum(['assets', 'models']),
      name: z
        .string()
        .regex(/^[a-z0-9-]{1,60}$/)
        .meta({ description: 'An id or a slug.' }),
    }),
  )
  .output(Embed);
