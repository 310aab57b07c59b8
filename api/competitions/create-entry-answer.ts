import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Entry } from './shapes.ts';

/** Whoever was named as having made it says so, or that they did not: then it is not eligible. */
export const createEntryAnswer = endpoint
  .route({
    method: 'POST',
    path: '/competitions/entries/{id}/answer',
    tags: ['Competitions'],
    summary: 'Answer whether one made an entry',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'ENTRIES_FULL'))
  .input(z.strictObject({ id: Id, accepted: z.boolean() }))
  .output(Entry);
