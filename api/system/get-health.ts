import * as z from 'zod';
import { endpoint } from '../base.ts';

export const getHealth = endpoint
  .route({ method: 'GET', path: '/health', tags: ['System'], summary: 'Is the service up' })
  .output(
    z.object({
      /** Of what answers here: a chain that is away stops payments and nothing else. */
      ok: z.boolean(),
      database: z.boolean(),
      /** Halted: books and chain differ, and a person has to look. */
      chain: z.enum(['none', 'ok', 'away', 'halted']),
      version: z.string(),
    }),
  );
