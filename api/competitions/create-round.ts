import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Month, RoundFile, RoundPlan } from './shapes.ts';

/** Begins the draft of a round, of a template or with the usual times. */
export const createRound = endpoint
  .route({ method: 'POST', path: '/organising/rounds', tags: ['Competitions'], summary: 'Begin a round' })
  .errors(may('NOT_FOUND', 'ROUND_EXISTS'))
  .input(
    z.strictObject({
      title: RoundPlan.shape.title,
      month: Month,
      template_id: Id.nullable().default(null),
    }),
  )
  .output(RoundFile);
