import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Assignment } from './review-shapes.ts';

export const getAssignment = endpoint
  .route({
    method: 'GET',
    path: '/review/assignments/{id}',
    tags: ['Review'],
    summary: 'What is to be reviewed, without its author',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Assignment);
