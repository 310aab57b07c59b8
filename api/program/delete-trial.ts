import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

export const deleteTrial = endpoint
  .route({
    method: 'DELETE',
    path: '/applications/{id}/trials/{trial_id}',
    tags: ['Program'],
    summary: 'Take a sample out of an application',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.strictObject({ id: Id, trial_id: Id }))
  .output(z.object({}));
