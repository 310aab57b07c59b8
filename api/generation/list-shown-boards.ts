import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { ShownBoard } from './board-shapes.ts';

export const listShownBoards = endpoint
  .route({
    method: 'GET',
    path: '/shown-boards',
    tags: ['Community'],
    summary: 'Boards that people show, the last shown first',
  })
  .input(
    z.strictObject({
      owner: z.string().max(30).optional().meta({ description: 'The handle of somebody.' }),
      search: z.string().trim().max(100).optional(),
      ...paged(24),
    }),
  )
  .output(page(ShownBoard));
