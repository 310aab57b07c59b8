import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Panel } from './results-shapes.ts';

/** The sheet of a judge: the finalists blind, in an order of the judge's own, and what was ranked so far. */
export const getPanel = endpoint
  .route({ method: 'GET', path: '/judging/panels/{id}', tags: ['Competitions'], summary: 'Get own panel' })
  .errors(may('NOT_FOUND'))
  .input(z.object({ id: Id }))
  .output(Panel);
