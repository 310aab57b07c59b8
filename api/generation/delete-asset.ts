import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Asset } from './shapes.ts';

/** Moves the asset to the bin, from where it can be restored. */
export const deleteAsset = endpoint
  .route({ method: 'DELETE', path: '/assets/{id}', tags: ['Library'], summary: 'Delete an asset' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Asset);
