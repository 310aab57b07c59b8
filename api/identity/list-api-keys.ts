import * as z from 'zod';
import { endpoint } from '../base.ts';
import { ApiKey } from './shapes.ts';

export const listApiKeys = endpoint
  .route({ method: 'GET', path: '/api-keys', tags: ['Identity'], summary: 'My API keys' })
  .output(z.object({ items: z.array(ApiKey) }));
