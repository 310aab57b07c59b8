import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Export } from './export-shapes.ts';

export const getExport = endpoint
  .route({
    method: 'GET',
    path: '/analytics/exports/{id}',
    tags: ['Analytics'],
    summary: 'How far a file is',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Export);
