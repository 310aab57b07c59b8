import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Transfer } from './transfer-shapes.ts';

/** Declines a model that you were offered. */
export const createTransferRefusal = endpoint
  .route({
    method: 'POST',
    path: '/transfers/{id}/refusal',
    successStatus: 201,
    tags: ['Program'],
    summary: 'Decline the offer of a model',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'TRANSFER_EXPIRED'))
  .input(z.strictObject({ id: Id }))
  .output(Transfer);
