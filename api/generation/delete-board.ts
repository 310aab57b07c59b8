import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Board } from './board-shapes.ts';

/** Its assets stay in the library. It can be restored. */
export const deleteBoard = endpoint
  .route({ method: 'DELETE', path: '/boards/{id}', tags: ['Library'], summary: 'Delete a board' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Board);
