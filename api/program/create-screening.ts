import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskFile } from './review-shapes.ts';

export const createScreening = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/screening',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Take an application to screen it',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'CONFLICT_OF_INTEREST'))
  .input(
    z.strictObject({
      id: Id,
      version: z.int().min(1).meta({ description: 'Of the application that you saw.' }),
    }),
  )
  .output(DeskFile);
