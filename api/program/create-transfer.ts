import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Transfer } from './transfer-shapes.ts';

/** Offers a published model of yours to another member, who has 14 days to take it over. */
export const createTransfer = endpoint
  .route({
    method: 'POST',
    path: '/models/{slug}/transfers',
    successStatus: 201,
    tags: ['Program'],
    summary: 'Offer a model to somebody else',
  })
  .errors(
    may(
      'NOT_FOUND',
      'STANDING_REFUSED',
      'BLOCKED',
      'TRANSFER_REFUSED',
      'TRANSFER_WAITS',
      'SPLIT_WAITS',
      'CLAIM_OPEN',
      'INVITATIONS_FULL',
      'NOT_PRICED',
    ),
  )
  .input(
    z.strictObject({
      slug: Slug,
      handle: z.string().trim().min(1).max(60).meta({ description: 'Of whoever would have it.' }),
      note: z.string().trim().max(500).default(''),
    }),
  )
  .output(Transfer);
