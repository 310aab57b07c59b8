import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Round } from './shapes.ts';

/** A round with its rules, its prizes and what was done to its times. */
export const getRound = endpoint
  .route({ method: 'GET', path: '/competitions/{slug}', tags: ['Competitions'], summary: 'Read a round' })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug }))
  .output(Round);
