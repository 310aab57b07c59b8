import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Board, BoardDescription, BoardName, BoardVisibility } from './board-shapes.ts';

/** What others may read is judged like everything that is said to them. What is left out stays. */
export const updateBoard = endpoint
  .route({
    method: 'PATCH',
    path: '/boards/{id}',
    tags: ['Library'],
    summary: 'Rename a board, describe it, choose its cover, or show it to others',
  })
  .errors(may('NOT_FOUND', 'BOARD_NAME_TAKEN', 'WORDS_REFUSED'))
  .input(
    z.strictObject({
      id: Id,
      name: BoardName.optional(),
      description: BoardDescription.optional(),
      visibility: BoardVisibility.optional(),
      cover_id: Id.nullish().meta({ description: 'Something that lies on it; null: what stands first.' }),
    }),
  )
  .output(Board);
