import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Board } from './board-shapes.ts';

/** One’s own assets, or what others show. What lies on it already stays where it is. All of them are added, or none. */
export const createBoardAssets = endpoint
  .route({
    method: 'POST',
    path: '/boards/{id}/assets',
    tags: ['Library'],
    summary: 'Put assets on a board',
  })
  .errors(may('NOT_FOUND', 'BLOCKED'))
  .input(z.strictObject({ id: Id, asset_ids: z.array(Id).min(1).max(100) }))
  .output(Board);
