import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Results } from './results-shapes.ts';

/** Places, how they came about, and what is disputed. There is nothing of it before everything is counted. */
export const getResults = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/results',
    tags: ['Competitions'],
    summary: 'Get the results of a round',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug }))
  .output(Results);
