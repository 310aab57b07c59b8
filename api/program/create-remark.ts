import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskFile } from './review-shapes.ts';

export const createRemark = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/remarks',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Say something to the panel',
  })
  .errors(may('NOT_FOUND', 'CONFLICT_OF_INTEREST'))
  .input(z.strictObject({ id: Id, text: z.string().trim().min(1, 'must not be empty').max(4_000) }))
  .output(DeskFile);
