import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

const REASON_CHARS_MAX = 2_000;

/** Lets payments go on after somebody has looked into why they stood still. What is still wrong stops them again. */
export const createHaltLifting = endpoint
  .route({
    method: 'POST',
    path: '/rewards-halts/{id}/lifting',
    tags: ['Rewards'],
    summary: 'Let payments of $STELAI go on',
  })
  .errors(may('HALT_GONE'))
  .input(z.strictObject({ id: Id, reason: z.string().trim().min(1).max(REASON_CHARS_MAX) }))
  .output(z.object({ lifted: z.literal(true) }));
