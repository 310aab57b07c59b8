import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Transfer, TransferFile } from './transfer-shapes.ts';

/** An offer of a model and, while it waits, all that would be taken over with it. */
export const getTransfer = endpoint
  .route({
    method: 'GET',
    path: '/transfers/{id}',
    tags: ['Program'],
    summary: 'Get the offer of a model',
  })
  .errors(may('NOT_FOUND', 'NOT_PRICED'))
  .input(z.object({ id: Id }))
  .output(z.object({ transfer: Transfer, file: TransferFile.nullable() }));
