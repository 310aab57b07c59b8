import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Transfer } from './transfer-shapes.ts';

/** Takes a model over, under the terms in force: from that instant on it is yours. */
export const createTransferAcceptance = endpoint
  .route({
    method: 'POST',
    path: '/transfers/{id}/acceptance',
    successStatus: 201,
    tags: ['Program'],
    summary: 'Take a model over',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STANDING_REFUSED',
      'TRANSFER_EXPIRED',
      'TRANSFER_REFUSED',
      'TRANSFER_CHANGED',
      'TERMS_OTHER_THAN_OFFERED',
      'SPLIT_WAITS',
      'CLAIM_OPEN',
      'NOT_PRICED',
    ),
  )
  .input(
    z.strictObject({
      id: Id,
      digest: z.string().max(100).meta({ description: 'Of what you were shown.' }),
      terms_digest: z.string().max(100).meta({ description: 'Of the terms that you read.' }),
    }),
  )
  .output(Transfer);
