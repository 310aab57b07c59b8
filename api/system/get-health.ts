import * as z from 'zod';
import { endpoint } from '../base.ts';

export const getHealth = endpoint
  .route({ method: 'GET', path: '/health', tags: ['System'], summary: 'Is the service up' })
  .output(z.object({ ok: z.boolean(), database: z.boolean(), version: z.string() }));
