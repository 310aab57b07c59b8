import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { Reversal, ReversalCause } from './shapes.ts';

export const listReversals = endpoint
  .route({
    method: 'GET',
    path: '/reversals',
    tags: ['Finance'],
    summary: 'Refunds, and what else was taken back, newest first',
  })
  .input(z.strictObject({ cause: ReversalCause.optional(), ...paged(30) }))
  .output(page(Reversal));
