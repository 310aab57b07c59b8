import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Release } from './shapes.ts';

/** Takes the announcement back, as long as the day has not come. */
export const deleteDeprecation = endpoint
  .route({
    method: 'DELETE',
    path: '/releases/{id}/deprecation',
    tags: ['Models'],
    summary: 'Take back the announced end of a release',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.strictObject({ id: Id }))
  .output(Release);
