import * as z from 'zod';
import { endpoint, Id, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { Creation } from '../marketplace/creation-shapes.ts';

export const listBoardCreations = endpoint
  .route({
    method: 'GET',
    path: '/shown-boards/{id}/creations',
    tags: ['Community'],
    summary: 'What is shown on a board, in its owner’s order',
  })
  .errors(may('NOT_FOUND'))
  .input(
    z.strictObject({
      id: Id,
      of_others: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'Only what others than its owner made.' }),
      ...paged(40),
    }),
  )
  .output(page(Creation));
