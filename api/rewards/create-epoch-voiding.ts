import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskEpoch } from './desk-shapes.ts';

const REASON_CHARS_MAX = 2_000;

/** Takes an epoch back that was never live. What the chain may have of it is vetoed there first. */
export const createEpochVoiding = endpoint
  .route({
    method: 'POST',
    path: '/epochs/{id}/voiding',
    successStatus: 201,
    tags: ['Rewards'],
    summary: 'Void an epoch',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'EPOCH_WAS_ACTIVE', 'POOL_SHORT'))
  .input(
    z.strictObject({
      id: Id,
      version: z.int().min(1),
      reason: z.string().trim().min(1).max(REASON_CHARS_MAX),
    }),
  )
  .output(DeskEpoch);
