import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { Entry } from './shapes.ts';

/** Entries of the caller, and those they were named in, the newest first. */
export const listMyEntries = endpoint
  .route({ method: 'GET', path: '/me/entries', tags: ['Competitions'], summary: 'List one’s own entries' })
  .errors(may())
  .input(z.object({ ...paged(20) }))
  .output(page(Entry));
