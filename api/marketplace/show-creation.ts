import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CreationPage, Title } from './creation-shapes.ts';

export const showCreation = endpoint
  .route({
    method: 'PUT',
    path: '/creations/{id}',
    tags: ['Community'],
    summary: 'Show an asset of mine to others, or show it otherwise',
  })
  .errors(
    may(
      'NOT_FOUND',
      'IN_THE_BIN',
      'PROMPT_REFUSED',
      'WORDS_REFUSED',
      'PROMPTS_REFUSED_TOO_OFTEN',
      'MODERATION_AWAY',
    ),
  )
  .input(
    z.strictObject({
      id: Id.meta({ description: 'Of the asset.' }),
      title: Title,
      show_prompt: z.boolean().default(false),
      listed: z
        .boolean()
        .default(true)
        .meta({ description: 'false: whoever has the link sees it, and no list does.' }),
    }),
  )
  .output(CreationPage);
