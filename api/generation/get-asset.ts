import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Asset } from './shapes.ts';

export const getAsset = endpoint
  .route({ method: 'GET', path: '/assets/{id}', tags: ['Library'], summary: 'One asset' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Asset);
