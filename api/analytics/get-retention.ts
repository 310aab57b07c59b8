import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Retention } from './shapes.ts';

/** Of one model: those of several could be told apart by what is left when one is taken away. */
export const getRetention = endpoint
  .route({
    method: 'GET',
    path: '/analytics/retention',
    tags: ['Analytics'],
    summary: 'Who comes again, by the week in which they came first',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ model: Slug }))
  .output(Retention);
