import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Board } from './board-shapes.ts';

/** These come first, in this order; whatever else lies on it follows as it did. */
export const updateBoardOrder = endpoint
  .route({
    method: 'PUT',
    path: '/boards/{id}/order',
    tags: ['Library'],
    summary: 'Put what lies on a board in order',
  })
  .errors(may('NOT_FOUND'))
  .input(
    z.strictObject({
      id: Id,
      asset_ids: z
        .array(Id)
        .min(1)
        .max(500)
        .refine((ids) => new Set(ids).size === ids.length, 'names something twice'),
    }),
  )
  .output(Board);
