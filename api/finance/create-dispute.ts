import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Case } from './shapes.ts';

/** Records that the payment of a purchase is disputed: what is left of it is frozen, what it earned is held. */
export const createDispute = endpoint
  .route({
    method: 'POST',
    path: '/purchases/{id}/dispute',
    successStatus: 201,
    tags: ['Finance'],
    summary: 'Record a dispute',
  })
  .errors(may('NOT_FOUND', 'ALREADY_DISPUTED', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id, reference: z.string().trim().min(1).max(100) }))
  .output(Case);
