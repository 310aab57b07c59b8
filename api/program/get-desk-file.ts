import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskFile } from './review-shapes.ts';

export const getDeskFile = endpoint
  .route({
    method: 'GET',
    path: '/desk/applications/{id}',
    tags: ['Review'],
    summary: 'The whole file of an application',
  })
  .errors(may('NOT_FOUND', 'CONFLICT_OF_INTEREST'))
  .input(z.strictObject({ id: Id }))
  .output(DeskFile);
