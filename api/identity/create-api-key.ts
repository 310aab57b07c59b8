import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApiKey, Scope } from './shapes.ts';

/** Makes a key. Its secret is in this answer and nowhere else, ever. */
export const createApiKey = endpoint
  .route({
    method: 'POST',
    path: '/api-keys',
    successStatus: 201,
    tags: ['Identity'],
    summary: 'Make an API key',
  })
  .errors(may('WRONG_CREDENTIALS'))
  .input(
    z.strictObject({
      name: z.string().trim().min(1).max(60),
      scopes: z.array(Scope).min(1).default(['read']),
      expires_in_days: z.int().min(1).max(365).default(90),
      password: z.string().max(200).meta({ description: 'The account password once more.' }),
    }),
  )
  .output(z.object({ api_key: ApiKey, secret: z.string() }));
