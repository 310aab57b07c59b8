import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Transfer } from './transfer-shapes.ts';

/** The models that you offered and that you were offered, newest first. */
export const listTransfers = endpoint
  .route({
    method: 'GET',
    path: '/transfers',
    tags: ['Program'],
    summary: 'List models that change hands',
  })
  .input(z.object({}))
  .output(z.object({ items: z.array(Transfer) }));
