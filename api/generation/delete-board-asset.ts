import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Board } from './board-shapes.ts';

export const deleteBoardAsset = endpoint
  .route({
    method: 'DELETE',
    path: '/boards/{id}/assets/{asset_id}',
    tags: ['Library'],
    summary: 'Take an asset off a board',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id, asset_id: Id }))
  .output(Board);
