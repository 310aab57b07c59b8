import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Entry } from './shapes.ts';

/** Takes an entry back, before the round locks. */
export const deleteEntry = endpoint
  .route({
    method: 'DELETE',
    path: '/competitions/entries/{id}',
    tags: ['Competitions'],
    summary: 'Withdraw an entry',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'ROUND_NOT_OPEN'))
  .input(z.object({ id: Id }))
  .output(Entry);
