import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Release } from './shapes.ts';

/** Takes a release out of use. Generations that already run finish under their frozen terms. */
export const createWithdrawal = endpoint
  .route({
    method: 'POST',
    path: '/releases/{id}/withdrawal',
    tags: ['Models'],
    summary: 'Withdraw a release',
  })
  .errors(may('NOT_FOUND', 'RELEASE_WITHDRAWN'))
  .input(z.strictObject({ id: Id, reason: z.string().trim().min(1).max(300) }))
  .output(Release);
