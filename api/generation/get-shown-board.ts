import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ShownBoard } from './board-shapes.ts';

/** Its owner sees here what others would, also while nobody does. */
export const getShownBoard = endpoint
  .route({
    method: 'GET',
    path: '/shown-boards/{id}',
    tags: ['Community'],
    summary: 'A board that somebody shows',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(ShownBoard);
