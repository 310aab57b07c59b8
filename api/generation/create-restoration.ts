import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Asset } from './shapes.ts';

export const createRestoration = endpoint
  .route({
    method: 'POST',
    path: '/assets/{id}/restoration',
    tags: ['Library'],
    summary: 'Restore a deleted asset',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Asset);
