import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskEpoch } from './desk-shapes.ts';

/** Offers the root of a vetoed epoch to the chain again, as it is. */
export const createEpochRetry = endpoint
  .route({
    method: 'POST',
    path: '/epochs/{id}/retry',
    successStatus: 201,
    tags: ['Rewards'],
    summary: 'Offer a vetoed epoch again',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'CHAIN_HALTED'))
  .input(z.strictObject({ id: Id, version: z.int().min(1) }))
  .output(DeskEpoch);
