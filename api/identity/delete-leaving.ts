import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

export const deleteLeaving = endpoint
  .route({
    method: 'DELETE',
    path: '/me/leaving',
    tags: ['Identity'],
    summary: 'Stay',
    description: 'Takes back what was asked for. API keys that were revoked stay so.',
  })
  .errors(may('NOT_LEAVING'))
  .input(z.strictObject({}))
  .output(z.strictObject({}));
