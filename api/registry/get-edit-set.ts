import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { EditSet } from './edit-shapes.ts';

export const getEditSet = endpoint
  .route({
    method: 'GET',
    path: '/edit-sets/{id}',
    tags: ['Models'],
    summary: 'One set of edits, line by line',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(EditSet);
