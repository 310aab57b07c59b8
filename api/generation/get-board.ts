import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Board } from './board-shapes.ts';

export const getBoard = endpoint
  .route({ method: 'GET', path: '/boards/{id}', tags: ['Library'], summary: 'One board' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Board);
