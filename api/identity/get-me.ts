import * as z from 'zod';
import { endpoint, Instant, Micros } from '../base.ts';
import { Account } from './shapes.ts';

/** The caller, or null for a visitor: what every page needs to draw its frame. */
export const getMe = endpoint
  .route({ method: 'GET', path: '/me', tags: ['Identity'], summary: 'Who am I' })
  .output(
    z.object({
      account: Account.nullable(),
      available_micros: Micros.nullable(),
      leaving: z.object({ due_at: Instant }).nullable().meta({ description: 'They asked to leave.' }),
      mode: z.enum(['development', 'production']),
      test_payments: z.boolean(),
    }),
  );
