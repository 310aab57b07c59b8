import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { Board } from './board-shapes.ts';

/** All of them at once: an account has a few hundred at most. */
export const listBoards = endpoint
  .route({ method: 'GET', path: '/boards', tags: ['Library'], summary: 'My boards, newest first' })
  .input(z.strictObject({ asset: Id.optional().meta({ description: 'Say of each whether it holds this.' }) }))
  .output(z.object({ items: z.array(Board) }));
