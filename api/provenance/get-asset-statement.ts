import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

export const getAssetStatement = endpoint
  .route({
    method: 'GET',
    path: '/assets/{id}/statement',
    tags: ['Provenance'],
    summary: 'The signed statement of an asset, with what shows its input',
  })
  .errors(may('NOT_FOUND', 'NO_STATEMENT'))
  .input(
    z.strictObject({
      id: Id,
      with_input: z
        .enum(['true', 'false'])
        .default('true')
        .meta({ description: 'Without it the file can be passed on and shows nobody what was asked for.' }),
    }),
  )
  .output(
    z.object({
      format: z.literal('stellary-asset-statement/1'),
      statement: z.string().meta({ description: 'Compact JWS (EdDSA) over the canonical statement.' }),
      input: z
        .object({ text: z.string(), salt: z.string() })
        .optional()
        .meta({ description: 'The canonical input and the salt of its commitment.' }),
      jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
    }),
  );
