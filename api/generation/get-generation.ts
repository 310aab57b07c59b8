import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Generation } from './shapes.ts';

export const getGeneration = endpoint
  .route({ method: 'GET', path: '/generations/{id}', tags: ['Generation'], summary: 'One generation' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Generation);
