import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Entry } from './shapes.ts';

/** An entry of the caller, with the file as voters see it. */
export const getEntry = endpoint
  .route({
    method: 'GET',
    path: '/competitions/entries/{id}',
    tags: ['Competitions'],
    summary: 'Read an entry of one’s own',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ id: Id }))
  .output(Entry);
